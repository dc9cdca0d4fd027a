// A file in the place of the one of a latency table: what would come of it is shown first, and what is too much has to be forced.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { LatencyTableView, TableChangeView } from '../control-plane/admin/api.js'
import { type Conditions, call, getText, headersOf, may, sentenceOf } from './api.js'
import { refresh, status } from './live.js'
import { Panel, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { ReasonForm } from './reason-form.js'
import { Sheet } from './sheet.js'
import { Table } from './table.js'
import { tell } from './toast.js'
import { percent, whole } from './words.js'

interface Upload {
  readonly file: string
  readonly text: string
}

export function LatencyUpload({ table }: { readonly table: string }) {
  const { value: tables } = useReading('/v1/latency', {}, status.value?.snapshot?.version)
  const facts = tables?.tables.find(({ name }) => name === table)
  const upload = useSignal<Upload | undefined>(undefined)
  if (tables === undefined) return <Waiting what="what is in force" />
  if (facts === undefined) return null
  return (
    <Panel title="What is in force">
      <Facts facts={facts} />
      {facts.file === undefined || !may('edit') ? null : (
        <label class="line">
          Another file in its place (CSV: client, region, ms){' '}
          <input
            type="file"
            accept=".csv,text/csv"
            onChange={event => {
              const [file] = event.currentTarget.files ?? []
              event.currentTarget.value = ''
              void file?.text().then(text => {
                upload.value = { file: file.name, text }
              })
            }}
          />
        </label>
      )}
      {upload.value === undefined ? null : (
        <UploadSheet
          table={table}
          upload={upload.value}
          onClose={() => {
            upload.value = undefined
          }}
        />
      )}
    </Panel>
  )
}

/** @param force whatever it changes. @throws as `call` */
const putTable = (
  table: string,
  text: string,
  {
    dryRun = false,
    force = false,
    ...conditions
  }: Conditions & { readonly dryRun?: boolean; readonly force?: boolean },
) =>
  call('PUT', '/v1/latency/{table}', {
    path: { table },
    query: { dryRun: `${dryRun}`, force: `${force}` },
    header: headersOf(conditions),
    type: 'text/csv',
    body: text,
  })

function Facts({ facts: { file, rows, model, fit, learned, held = [] } }: { readonly facts: LatencyTableView }) {
  return (
    <>
      <dl class="facts">
        <dt>Rows</dt>
        <dd>{whole(rows)}</dd>
        <dt>{file === undefined ? 'Learned' : 'File'}</dt>
        <dd>
          {file ??
            `${whole(learned?.networks ?? 0)} networks, of ${whole(learned?.samples ?? 0)} measurements since the start`}
        </dd>
        <dt>Where nothing was measured</dt>
        <dd>
          {model.endsMs.toFixed(1)} ms and {(model.msPerKm * 1000).toFixed(1)} ms for 1,000 km
          {fit === undefined
            ? ''
            : `, fitted to ${whole(fit.points)} rows; half of them are within ${fit.errorMs.toFixed(1)} ms`}
        </dd>
      </dl>
      {held.map(sentence => (
        <p key={sentence} class="alarm">
          Held back: {sentence}
        </p>
      ))}
    </>
  )
}

function UploadSheet({
  table,
  upload: { file, text },
  onClose,
}: {
  readonly table: string
  readonly upload: Upload
  readonly onClose: () => void
}) {
  const found = useSignal<TableChangeView | undefined>(undefined)
  const complaint = useSignal('')
  const force = useSignal(false)
  useEffect(() => {
    putTable(table, text, { dryRun: true })
      .then(change => {
        found.value = change
      })
      .catch((error: unknown) => {
        complaint.value = sentenceOf(error)
      })
  }, [table, text, found, complaint])
  const { objections = [], rules } = found.value ?? {}
  const submit = async (reason: string, overridden: readonly string[]) => {
    const before = await getText('/v1/latency/{table}/file', { path: { table } })
    await putTable(table, text, { force: force.value, reason, overridden })
    // However much the way back changes: it was in force before.
    tell(`The table ${table} has the rows of ${file}.`, async () => {
      await putTable(table, before, { force: true, reason: `undo: ${reason}` })
      await refresh()
    })
  }
  return (
    <Sheet title={`${file} for the table ${table}`} onClose={onClose}>
      {found.value === undefined ? (
        <Waiting what="what would change" error={complaint.value} />
      ) : (
        <Change change={found.value} />
      )}
      <ReasonForm
        verb="Put it in force"
        danger={objections.length > 0}
        ready={found.value !== undefined && (objections.length === 0 || force.value)}
        rules={rules}
        onSubmit={submit}
        onClose={onClose}
      >
        {objections.length === 0 ? null : (
          <div class="rules" role="alert">
            {objections.map(sentence => (
              <p key={sentence} class="alarm">
                {sentence}
              </p>
            ))}
            <label class="tick">
              <input
                type="checkbox"
                checked={force.value}
                onChange={event => {
                  force.value = event.currentTarget.checked
                }}
              />{' '}
              Take it however much it changes
            </label>
          </div>
        )}
      </ReasonForm>
    </Sheet>
  )
}

function Change({ change: { rows, droppedRows, names } }: { readonly change: TableChangeView }) {
  const moved = names.filter(({ share }) => share > 0)
  return (
    <>
      <p>
        {whole(rows.before)} rows before, {whole(rows.after)} after: {whole(rows.added)} new, {whole(rows.changed)}{' '}
        other, {whole(rows.dropped)} gone
        {droppedRows.length === 0 ? '' : `, such as ${droppedRows.slice(0, 3).join(', ')}`}.
      </p>
      {moved.length === 0 ? (
        <p>No clients would move.</p>
      ) : (
        <Table columns={['Name', 'Family', '#Clients that get another region']}>
          {moved.map(({ name, gives, share }) => (
            <tr key={`${name} ${gives}`}>
              <th scope="row">{name}</th>
              <td>{gives === 'target' ? 'CNAME' : `IPv${gives}`}</td>
              <td class="number">{percent(share)}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  )
}
