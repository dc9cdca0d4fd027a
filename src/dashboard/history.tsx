// Every document that was in force: who changed what, when and why, and the way back.
import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AppliedView, RevisionList, RevisionView } from '../control-plane/admin/api.js'
import { call, get, may, withQuery } from './api.js'
import { refresh, status } from './live.js'
import { Panel, Since, Waiting } from './parts.js'
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
      const page = await get<RevisionList>(withQuery('/v1/revisions', { limit: '30', before: before?.toString() }))
      lines.value = before === undefined ? page.revisions : [...(lines.peek() ?? []), ...page.revisions]
      next.value = page.next
      complaint.value = ''
    } catch (error) {
      complaint.value = error instanceof Error ? error.message : String(error)
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
  const told = useSignal<RevisionView | undefined>(undefined)
  const complaint = useSignal('')
  const going = useSignal(false)
  useEffect(() => {
    get<RevisionView>(`/v1/revisions/${number}`)
      .then(found => {
        told.value = found
        complaint.value = ''
      })
      .catch((error: unknown) => {
        complaint.value = error instanceof Error ? error.message : String(error)
      })
  }, [number, newest, told, complaint])
  const revision = told.value
  if (revision?.number !== number || complaint.value !== '')
    return <Waiting what={`revision ${number}`} error={complaint.value} />
  const { at, actor, reason, current, changes, note } = revision
  return (
    <Panel
      title={`Revision ${number}`}
      aside={
        current ? (
          <span class="quiet">in force</span>
        ) : (
          <button
            type="button"
            disabled={!may('edit')}
            onClick={() => {
              going.value = true
            }}
          >
            Go back to it …
          </button>
        )
      }
    >
      <p>
        By <strong>{actor}</strong>, {new Date(at).toISOString()} (<Since at={at} /> ago)
        {reason === undefined ? '' : `: ${reason}`}
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
  const reason = useSignal('')
  const complaint = useSignal('')
  const goBack = (to: number, why: string, dryRun = false) =>
    call<AppliedView>('POST', `/v1/revisions/${to}/rollback${dryRun ? '?dryRun=true' : ''}`, { reason: why })
  useEffect(() => {
    goBack(number, '', true)
      .then(found => {
        told.value = found
      })
      .catch((error: unknown) => {
        complaint.value = error instanceof Error ? error.message : String(error)
      })
  }, [number])
  const submit = async (event: Event) => {
    event.preventDefault()
    try {
      const why = reason.value.trim()
      await goBack(number, why)
      await refresh()
      tell(`Back at revision ${number}.`, async () => {
        await goBack(newest, `undo: ${why}`)
        await refresh()
      })
      onClose()
    } catch (error) {
      complaint.value = error instanceof Error ? error.message : String(error)
    }
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
      <form onSubmit={submit}>
        <label for="reason">Reason</label>
        <input
          id="reason"
          required
          maxLength={400}
          value={reason}
          onInput={event => {
            reason.value = event.currentTarget.value
          }}
        />
        <p class="complaint" role="alert">
          {told.value === undefined ? '' : complaint}
        </p>
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Leave it
          </button>
          <button type="submit" class="danger" disabled={reason.value.trim() === '' || told.value === undefined}>
            Go back to {number}
          </button>
        </div>
      </form>
    </Sheet>
  )
}
