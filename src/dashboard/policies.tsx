// Policies: how regions are chosen, which names each decides, and a form for the steps of one.
import { may } from './api.js'
import { status } from './live.js'
import { NewPiece } from './new-piece.js'
import { Panel, Waiting } from './parts.js'
import { usePiece } from './piece.js'
import { PieceEditor } from './piece-editor.js'
import { PolicySteps } from './policy-steps.js'
import { useReading } from './reading.js'
import { goTo, linkTo, place } from './router.js'
import { readSteps, stepInWords } from './steps.js'
import { Table } from './table.js'

/** What a new policy begins as. */
const FRESH = ['distance'] as const

const ALL = { limit: '1000' } as const

export function Policies() {
  const id = place.value.query.get('policy')
  return id === null ? <AllPolicies /> : <OnePolicy key={id} id={id} />
}

function AllPolicies() {
  const revision = status.value?.document.revision
  const { value, complaint } = useReading('/v1/policies', {}, revision)
  const { value: written } = useReading(
    '/v1/traffic/{section}',
    { path: { section: 'policies' }, query: ALL },
    revision,
  )
  if (value === undefined || complaint !== '') return <Waiting what="the policies" error={complaint} />
  const stepsOf = new Map(written?.entries.map(({ id, value }) => [id, readSteps(value)]))
  return (
    <>
      <div class="bar">
        <h1>Policies</h1>
        {may('edit') ? (
          <NewPiece
            label="New policy"
            pattern="[a-z0-9\-]{1,63}"
            hint="a to z, 0 to 9 and -"
            taken={value.policies.map(({ id }) => id)}
            onWrite={policy => goTo('policies', { policy })}
          />
        ) : null}
      </div>
      <Panel title="Ways to choose a region">
        <Table kind="cards labelled policies" columns={['Policy', 'Steps, in order', 'Decides']}>
          {value.policies.map(({ id, builtIn, steps, records }) => (
            <tr key={id}>
              <th scope="row">
                {builtIn ? id : <a href={linkTo('policies', { policy: id })}>{id}</a>}
                {builtIn ? <span class="quiet block">built in</span> : null}
              </th>
              <td>
                <ol class="chain">
                  {(stepsOf.get(id)?.map(stepInWords) ?? steps.map(({ step }) => step)).map(words => (
                    <li key={words}>
                      <code>{words}</code>
                    </li>
                  ))}
                </ol>
              </td>
              <td>
                {records.length === 0 ? <span class="quiet">no name</span> : null}
                {records.map(owner => (
                  <a key={owner} class="block" href={linkTo('explain', { name: owner })}>
                    {owner}
                  </a>
                ))}
              </td>
            </tr>
          ))}
        </Table>
      </Panel>
    </>
  )
}

function OnePolicy({ id }: { readonly id: string }) {
  const piece = usePiece({ section: 'policies', id }, FRESH)
  const { draft, base } = piece
  return (
    <>
      <div class="bar">
        <h1>
          Policy <code>{id}</code>
        </h1>
        <a href={linkTo('policies')}>All policies</a>
        {base.value !== undefined && base.value.value === undefined ? <span class="quiet">not saved yet</span> : null}
      </div>
      <PieceEditor
        piece={piece}
        what={`the policy ${id}`}
        patchFor={value => ({ policies: { [id]: value ?? null } })}
        onDone={() => goTo('policies')}
      >
        <PolicySteps
          written={draft.value}
          onChange={value => {
            draft.value = value
          }}
        />
      </PieceEditor>
    </>
  )
}
