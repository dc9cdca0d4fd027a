// The things of one section of the document, each with a form, and what uses it.
import type { WrittenList } from '../control-plane/admin/api.js'
import { may } from './api.js'
import { status } from './live.js'
import { NewPiece } from './new-piece.js'
import { Panel, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { goTo, linkTo } from './router.js'
import { inWords, SECTIONS, type SectionId } from './sections.js'
import { isMap } from './shape.js'
import { Table } from './table.js'
import { list } from './words.js'

const ALL = { limit: '1000' } as const

export function Things({ section }: { readonly section: SectionId }) {
  const revision = status.value?.document.revision
  const { value, complaint } = useReading('/v1/traffic/{section}', { path: { section }, query: ALL }, revision)
  const { value: regions } = useReading('/v1/traffic/{section}', { path: { section: 'regions' }, query: ALL }, revision)
  const { title, means } = SECTIONS[section]
  if (value === undefined || complaint !== '') return <Waiting what={title.toLowerCase()} error={complaint} />
  const isUsed = section === 'checks'
  return (
    <Panel
      title={title}
      aside={
        may('edit') ? (
          <NewPiece
            label="New one"
            pattern="[a-z0-9\-]{1,63}"
            hint="a to z, 0 to 9 and -"
            taken={value.entries.map(({ id }) => id)}
            onWrite={id => goTo('document', { section, id })}
          />
        ) : null
      }
    >
      <p class="quiet">{means}</p>
      {value.entries.length === 0 ? (
        <p>The document has none yet.</p>
      ) : (
        <Table kind="cards labelled things" columns={['Name', 'As it is written', ...(isUsed ? ['Probes'] : [])]}>
          {value.entries.map(({ id, value }) => (
            <tr key={id}>
              <th scope="row">
                <a href={linkTo('document', { section, id })}>{id}</a>
              </th>
              <td>
                <code>{inWords(value)}</code>
              </td>
              {isUsed ? <td>{list(regionsWith(regions, id))}</td> : null}
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  )
}

const regionsWith = (regions: WrittenList | undefined, check: string): readonly string[] =>
  (regions?.entries ?? []).flatMap(({ id, value }) => {
    const checks = isMap(value) ? value['checks'] : undefined
    return Array.isArray(checks) && checks.includes(check) ? [id] : []
  })
