// When a word of an operator ends: after a while, at a time, or, where that is offered, when somebody takes it back.
import { type Signal, useSignal } from '@preact/signals'
import { isoMinute } from './words.js'

export interface Ending {
  /** `2h`, or one of AT and NEVER. */
  readonly span: Signal<string>
  /** `2026-11-25T04:23`, in UTC. */
  readonly at: Signal<string>
}

const SPANS: readonly (readonly [string, string, number])[] = [
  ['10m', '10 minutes', 10],
  ['30m', '30 minutes', 30],
  ['1h', '1 hour', 60],
  ['2h', '2 hours', 120],
  ['8h', '8 hours', 480],
  ['24h', '24 hours', 1440],
]
const AT = 'at'
const NEVER = 'never'
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

export const useEnding = (): Ending => ({
  span: useSignal('1h'),
  at: useSignal(new Date(Date.now() + HOUR_MS).toISOString().slice(0, 16)),
})

export const isForGood = ({ span }: Ending): boolean => span.value === NEVER

/** As the API takes it. */
export const endOf = ({ span, at }: Ending): { readonly for?: string; readonly until?: string } =>
  span.peek() === AT ? { until: `${at.peek()}:00Z` } : { for: span.peek() }

/** Epoch ms; NaN while what is written is no time. */
function momentOf({ span, at }: Ending, now: number): number {
  if (span.value === AT) return Date.parse(`${at.value}:00Z`)
  return now + (SPANS.find(([each]) => each === span.value)?.[2] ?? 0) * MINUTE_MS
}

export const isReady = (ending: Ending): boolean => isForGood(ending) || momentOf(ending, Date.now()) > Date.now()

/** @param forGood what is said of the way that has no end; it is not offered where nothing is said */
export function EndingField({ ending, forGood }: { readonly ending: Ending; readonly forGood?: string | undefined }) {
  const { span, at } = ending
  const moment = momentOf(ending, Date.now())
  return (
    <>
      <label for="span">Ends</label>
      <div class="row">
        <select
          id="span"
          value={span.value}
          onChange={event => {
            span.value = event.currentTarget.value
          }}
        >
          {SPANS.map(([each, words]) => (
            <option key={each} value={each}>
              in {words}
            </option>
          ))}
          <option value={AT}>at a time</option>
          {forGood === undefined ? null : <option value={NEVER}>not by itself</option>}
        </select>
        {span.value === AT ? (
          <input
            type="datetime-local"
            aria-label="At, in UTC"
            required
            value={at.value}
            onInput={event => {
              at.value = event.currentTarget.value
            }}
          />
        ) : null}
        <span class="quiet">{isForGood(ending) ? forGood : Number.isNaN(moment) ? '' : inBothTimes(moment)}</span>
      </div>
    </>
  )
}

const inBothTimes = (moment: number): string =>
  `${isoMinute(moment)} UTC${new Date(moment).getTimezoneOffset() === 0 ? '' : `, ${new Date(moment).toLocaleString()} here`}`
