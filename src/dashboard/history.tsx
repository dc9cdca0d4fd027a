// Every document that was in force: who changed what, when and why, and the way back.
import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AppliedView, RevisionList } from '../control-plane/admin/api.js'
import { call, get, may, sentenceOf } from './api.js'
import { refresh, status } from './live.js'
import { Moment } from './moment.js'
import { Panel, Since, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { ReasonForm } from './reason-form.js'
import { linkTo, place } from './router.js'
import { Sheet } from './sheet.js'
import { tell } from './toast.js'

type Line = RevisionList['revisions'][number]

export function History() {
  const lines = useSignal<readonly Line[] | undefined>(undefined)
  const next = useSignal<number | undefined>(undefined)
  const complaint = useSignal('')
  const read = async (before?: number) => {
    try {
      const page = await get('/v1/revisions', { query: { limit: '30', before: before?.toString() } })
      lines.value = before === undefined ? page.revisions : [...(lines.peek() ?? []), ...page.revisions]
      next.value = page.next
      complaint.value = ''
    } catch (error) {
      complaint.value = sentenceOf(error)
    }
  }
  useSignalEffect(() => {
    void status.value?.document.revision
    void read()
  })
  if (lines.value === undefined || complaint.value !== '') return <Waiting what="the history" error={complaint.value} />
  const shown = Number(place.value.query.get('revision') ?? lines.value[0]?.number)
  return (
    <>
      <h1>History</h1>
      {lines.value.length === 0 ? (
        <p class="quiet">No revision is kept yet.</p>
      ) : (
        <div class="columns">
          <Panel title="Revisions of the document, newest first">
            <ol class="revisions">
              {lines.value.map(line => (
                <li key={line.number}>
                  <a
                    href={linkTo('history', { revision: String(line.number) })}
                    aria-current={line.number === shown ? 'true' : undefined}
                  >
                    <span class="number">{line.number}</span>
                    <span>
                      <strong>{line.actor}</strong>, <Since at={line.at} /> ago
                      {line.reason === undefined ? null : <span class="block">{line.reason}</span>}
                      <span class="block quiet">
                        {line.summary.length === 0
                          ? (line.note ?? 'no difference of meaning')
                          : line.summary.join('; ')}
                        {line.changeCount > line.summary.length
                          ? ` and ${line.changeCount - line.summary.length} more`
                          : ''}
                      </span>
                    </span>
                  </a>
                </li>
              ))}
            </ol>
            {next.value === undefined ? null : (
              <button type="button" onClick={() => void read(next.peek())}>
                Older ones
              </button>
            )}
          </Panel>
          <Revision number={shown} newest={lines.value[0]!.number} />
        </div>
      )}
    </>
  )
}

function Revision({ number, newest }: { readonly number: number; readonly newest: number }) {
  const { value: revision, complaint } = useReading(
    '/v1/revisions/{number}',
    { path: { number: String(number) } },
    newest,
  )
  const going = useSignal(false)
  if (revision === undefined || complaint !== '') return <Waiting what={`revision ${number}`} error={complaint} />
  const { at, actor, reason, current, changes, note } = revision
  return (
    <Panel
      title={`Revision ${number}`}
      aside={
        current ? (
          <span class="quiet">in force</span>
        ) : may('edit') ? (
          <button
            type="button"
            onClick={() => {
              going.value = true
            }}
          >
            Go back to it …
          </button>
        ) : null
      }
    >
      <p>
        By <strong>{actor}</strong>, <Since at={at} /> ago
        {reason === undefined ? '' : `: ${reason}`}
      </p>
      <p class="quiet">
        <Moment at={at} /> UTC
      </p>
      {changes.length === 0 ? (
        <p class="quiet">{note ?? 'It differs in nothing that means something.'}</p>
      ) : (
        <ul class="changes">
          {changes.map(({ kind, text }) => (
            <li key={text} class={kind}>
              <code>{text}</code>
            </li>
          ))}
        </ul>
      )}
      {going.value ? (
        <BackSheet
          number={number}
          newest={newest}
          onClose={() => {
            going.value = false
          }}
        />
      ) : null}
    </Panel>
  )
}

/** Going back shows first what it would change. */
function BackSheet({
  number,
  newest,
  onClose,
}: {
  readonly number: number
  readonly newest: number
  readonly onClose: () => void
}) {
  const told = useSignal<AppliedView | undefined>(undefined)
  const complaint = useSignal('')
  const goBack = (to: number, why: string, dryRun = false) =>
    call('POST', '/v1/revisions/{number}/rollback', {
      path: { number: String(to) },
      query: dryRun ? { dryRun: 'true', simulation: 'false' } : {},
      body: { reason: why },
    })
  useEffect(() => {
    goBack(number, '', true)
      .then(found => {
        told.value = found
      })
      .catch((error: unknown) => {
        complaint.value = sentenceOf(error)
      })
  }, [number])
  const submit = async (why: string) => {
    await goBack(number, why)
    await refresh()
    tell(`Back at revision ${number}.`, async () => {
      await goBack(newest, `undo: ${why}`)
      await refresh()
    })
  }
  return (
    <Sheet title={`Go back to revision ${number}`} onClose={onClose}>
      {told.value === undefined ? (
        <Waiting what="what would change" error={complaint.value} />
      ) : told.value.changes.length === 0 ? (
        <p>Nothing of meaning would change.</p>
      ) : (
        <>
          <p>This would change, as a new revision:</p>
          <ul class="changes">
            {told.value.changes.map(({ text }) => (
              <li key={text}>
                <code>{text}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      <ReasonForm
        verb={`Go back to ${number}`}
        danger
        ready={told.value !== undefined}
        onSubmit={submit}
        onClose={onClose}
      />
    </Sheet>
  )
}
