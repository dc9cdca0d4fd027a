// The audit trail: who did what, and who was kept from what; picked by what is in the address of the page.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AuditList, AuditView } from '../control-plane/admin/api.js'
import { get, holds, sentenceOf } from './api.js'
import { Moment } from './moment.js'
import { Since, Waiting } from './parts.js'
import { goTo, place } from './router.js'
import { Table } from './table.js'

export function Audit() {
  const list = useSignal<AuditList | undefined>(undefined)
  const complaint = useSignal('')
  const { query } = place.value
  const wanted = query.toString()
  const allowed = holds('admin')
  const read = (before?: number) => {
    get('/v1/audit', { query: { ...Object.fromEntries(query), before: before?.toString() } })
      .then(page => {
        const known = before === undefined ? [] : (list.peek()?.entries ?? [])
        list.value = { ...page, entries: [...known, ...page.entries] }
        complaint.value = ''
      })
      .catch((error: unknown) => {
        complaint.value = sentenceOf(error)
      })
  }
  useEffect(() => {
    if (allowed) read()
  }, [wanted, allowed])
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    goTo(
      'audit',
      Object.fromEntries([...new FormData(event.currentTarget)].map(([key, value]) => [key, String(value)])),
    )
  }
  if (!allowed)
    return (
      <>
        <h1>Audit</h1>
        <p>The audit trail is for tokens with the scope admin.</p>
      </>
    )
  return (
    <>
      <h1>Audit</h1>
      <form class="question" onSubmit={submit} key={wanted}>
        <label>
          Who
          <input name="actor" defaultValue={query.get('actor') ?? ''} spellcheck={false} />
        </label>
        <label>
          What
          <input name="about" placeholder="eu-central" defaultValue={query.get('about') ?? ''} spellcheck={false} />
        </label>
        <label>
          Outcome
          <select name="outcome">
            {[
              ['', 'any'],
              ['done', 'done'],
              ['refused', 'refused or failed'],
            ].map(([value, words]) => (
              <option key={value} value={value} selected={(query.get('outcome') ?? '') === value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary">
          Show
        </button>
        <button type="button" onClick={() => read()}>
          Look again
        </button>
      </form>
      {list.value === undefined || complaint.value !== '' ? (
        <Waiting what="the audit log" error={complaint.value} />
      ) : (
        <Entries list={list.value} onMore={read} />
      )}
    </>
  )
}

function Entries({
  list: { entries, next, head },
  onMore,
}: {
  readonly list: AuditList
  readonly onMore: (before?: number) => void
}) {
  if (entries.length === 0) return <p class="quiet">Nothing of this kind is in the newest part of the log.</p>
  return (
    <>
      <Table
        kind="cards labelled audit"
        columns={['When (UTC)', 'Ago', 'Who', 'What', 'Why, and with what', 'Outcome', 'From']}
      >
        {entries.map(entry => (
          <tr key={entry.number}>
            <td class="number">
              <Moment at={entry.at} />
            </td>
            <td class="ago">
              <Since at={entry.at} />
            </td>
            <th scope="row">{entry.actor}</th>
            <td>
              <code>{entry.what}</code>
            </td>
            <td>{more(entry)}</td>
            <td class={(entry.status ?? 200) >= 400 ? 'cause' : undefined}>{outcome(entry)}</td>
            <td>{entry.address === undefined ? null : <code>{entry.address}</code>}</td>
          </tr>
        ))}
      </Table>
      {next === undefined ? null : (
        <button type="button" onClick={() => onMore(next)}>
          Older ones
        </button>
      )}
      <p class="quiet">
        The last line has the hash <code class="hash">{head}</code>. Noted elsewhere, it shows later whether the end was
        cut off.
      </p>
    </>
  )
}

function outcome({ status = 200, problem }: AuditView): string {
  if (status < 400) return 'done'
  return `${status}${problem === undefined ? '' : ` ${problem.replace('/problems/', '')}`}`
}

function more({ reason, body }: AuditView) {
  const { reason: _, ...rest } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {} // JSON
  return (
    <>
      {reason}
      {Object.keys(rest).length === 0 ? null : <code class="block quiet">{JSON.stringify(rest)}</code>}
    </>
  )
}
