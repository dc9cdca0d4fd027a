// A drill that is under way: how far it is, what it does to the answers, and the button that ends it.
import { useSignal } from '@preact/signals'
import type { DrillView } from '../control-plane/admin/api.js'
import { call, may, sentenceOf } from './api.js'
import { Course, elapsedOf, lengthOf } from './drill-course.js'
import { refresh } from './live.js'
import { clock, Panel } from './parts.js'
import { Table } from './table.js'
import { tell } from './toast.js'
import { duration, percent } from './words.js'

export function DrillRun({ drill, onDone }: { readonly drill: DrillView; readonly onDone: () => void }) {
  const { regions, steps, back } = drill
  const all = [...steps, ...back]
  const elapsed = elapsedOf(drill, clock.value) ?? 0
  const left = lengthOf(all) - elapsed
  const next = drill.movesAt === undefined ? 0 : Math.max(0, Date.parse(drill.movesAt) - clock.value)
  return (
    <Panel
      title="Under way"
      aside={<span class="quiet">over in {duration(left * 1000)}, if nothing speaks against it</span>}
    >
      <Course steps={all} elapsed={elapsed} />
      <div class="run">
        <div>
          <p>
            <strong>{drill.percent} %</strong> of the clients of {regions.join(', ')} are elsewhere; the next step is in{' '}
            {duration(next)}.
          </p>
          {drill.waitsFor === undefined ? null : <p class="bad">The way back waits: {drill.waitsFor.join('; ')}</p>}
          <progress max={lengthOf(all)} value={elapsed} aria-label="How far the drill is" />
        </div>
        {may('operate') ? <Abort id={drill.id} onDone={onDone} /> : null}
      </div>
      <Counted drill={drill} />
    </Panel>
  )
}

/** One press, without a question: it is the way back to safety. */
function Abort({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const reason = useSignal('')
  const complaint = useSignal('')
  const busy = useSignal(false)
  const submit = async (event: Event) => {
    event.preventDefault()
    busy.value = true
    try {
      const why = reason.value.trim()
      await call('POST', '/v1/drills/{id}/abort', { path: { id }, body: why === '' ? {} : { reason: why } })
      await refresh()
      tell(`Drill ${id} is ended: all is as it was before.`)
    } catch (error) {
      complaint.value = sentenceOf(error)
    } finally {
      busy.value = false
      onDone()
    }
  }
  return (
    <form class="abort" onSubmit={submit}>
      <button type="submit" class="danger" disabled={busy.value}>
        Abort: all clients back
      </button>
      <input
        aria-label="Why, if there is time"
        placeholder="why, if there is time"
        maxLength={400}
        value={reason}
        onInput={event => {
          reason.value = event.currentTarget.value
        }}
      />
      <p class="complaint" role="alert">
        {complaint}
      </p>
    </form>
  )
}

/** The answers of the last second beside what is foretold for the height. */
function Counted({ drill: { answers = {}, foretold, regions } }: { readonly drill: DrillView }) {
  const all = Object.values(answers).reduce((sum, count) => sum + count, 0)
  const ids = [...new Set([...Object.keys(foretold.predicted), ...Object.keys(answers), ...regions])].sort()
  if (all === 0) return <p class="quiet">No answer with a region was counted in the last second.</p>
  return (
    <Table columns={['Region', '#Answers in the last second', '#Of all', '#Foretold at its height']}>
      {ids.map(id => (
        <tr key={id}>
          <th scope="row">
            {id}
            {regions.includes(id) ? <span class="quiet"> drilled</span> : null}
          </th>
          <td class="number">{answers[id] ?? 0}</td>
          <td class="number">{percent((answers[id] ?? 0) / all)}</td>
          <td class="number">{percent(foretold.predicted[id] ?? 0)}</td>
        </tr>
      ))}
    </Table>
  )
}
