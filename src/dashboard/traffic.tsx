// How much is asked, what is answered, and with which regions.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { RatesView } from '../control-plane/admin/api.js'
import { get, sentenceOf } from './api.js'
import { Chart, type Line } from './chart.js'
import { within } from './durations.js'
import { regions } from './live.js'
import { colourOf } from './palette.js'
import { Waiting } from './parts.js'
import { recent } from './rates.js'
import { TopTables } from './top-tables.js'

const SPANS = {
  '15m': { title: '15 minutes', ms: 900_000 },
  '6h': { title: '6 hours', ms: 21_600_000 },
  '7d': { title: '7 days', ms: 604_800_000 },
} as const
type Span = keyof typeof SPANS

const RCODE_COLOURS = ['#009e73', '#d55e00', '#e69f00', '#56b4e9', '#cc79a7', '#882255', '#8c6bb1']

export function Traffic() {
  const span = useSignal<Span>('15m')
  const rates = useSignal<RatesView | undefined>(undefined)
  const complaint = useSignal('')
  useSignalEffect(() => {
    // With every new slice of the shortest span the others have grown too.
    const shortest = recent.value
    if (span.value === '15m') {
      rates.value = shortest
      return
    }
    get('/v1/rates', { query: { span: span.value } })
      .then(found => {
        rates.value = found
      })
      .catch((error: unknown) => {
        complaint.value = sentenceOf(error)
      })
  })
  return (
    <>
      <div class="bar">
        <h1>Traffic</h1>
        <fieldset class="choice">
          <legend class="hidden">How far back</legend>
          {(Object.keys(SPANS) as Span[]).map(each => (
            <label key={each}>
              <input
                type="radio"
                name="span"
                checked={span.value === each}
                onChange={() => {
                  span.value = each
                }}
              />{' '}
              {SPANS[each].title}
            </label>
          ))}
        </fieldset>
      </div>
      {rates.value === undefined ? (
        <Waiting what="the counters" error={complaint.value} />
      ) : (
        <Charts rates={rates.value} spanMs={SPANS[span.value].ms} />
      )}
      <TopTables window={span.value === '15m' ? '15m' : '1h'} />
    </>
  )
}

function Charts({ rates: { slices, stepMs }, spanMs }: { readonly rates: RatesView; readonly spanMs: number }) {
  if (slices.length === 0)
    return <p class="quiet">Nothing has been counted yet: the first numbers come after {stepMs / 1000} s.</p>
  const times = slices.map(({ until }) => until)
  const perSecond = (counts: readonly number[]) => counts.map(count => (count * 1000) / stepMs)
  const ids = (regions.value ?? []).map(({ id }) => id)
  const lines = (key: 'regions' | 'rcodes', colour: (name: string, i: number) => string): readonly Line[] => {
    const names = [...new Set(slices.flatMap(slice => Object.keys(slice[key])))].sort()
    return names.map((name, i) => ({
      label: name,
      colour: colour(name, i),
      values: perSecond(slices.map(slice => slice[key][name] ?? 0)),
    }))
  }
  const byRegion = lines('regions', name => colourOf(ids, name))
  const byCode = lines('rcodes', (_, i) => RCODE_COLOURS[i % RCODE_COLOURS.length]!)
  return (
    <div class="charts">
      <Chart
        title="Queries"
        unit="a second"
        times={times}
        spanMs={spanMs}
        lines={[
          { label: 'queries', colour: '#0072b2', values: perSecond(slices.map(({ queries }) => queries)) },
          { label: 'held back', colour: '#d55e00', values: perSecond(slices.map(({ limited }) => limited)) },
        ]}
      />
      {byRegion.length === 0 ? null : (
        <Chart title="Answers by region" unit="a second" times={times} spanMs={spanMs} lines={byRegion} />
      )}
      {byCode.length === 0 ? null : (
        <Chart title="Responses by code" unit="a second" times={times} spanMs={spanMs} lines={byCode} />
      )}
      <Answering slices={slices} times={times} spanMs={spanMs} />
    </div>
  )
}

const SHARES = [
  { label: 'half within', share: 0.5, colour: '#0072b2' },
  { label: '99 % within', share: 0.99, colour: '#d55e00' },
] as const

/** From the packet in hand to the answer handed over, by UDP. */
function Answering({
  slices,
  times,
  spanMs,
}: Pick<RatesView, 'slices'> & { readonly times: readonly number[]; readonly spanMs: number }) {
  if (!slices.some(({ durations }) => Object.keys(durations).length > 0)) return null
  return (
    <Chart
      title="Time to answer"
      unit="µs, in this node: what the network adds is not in it"
      times={times}
      spanMs={spanMs}
      lines={SHARES.map(({ label, share, colour }) => ({
        label,
        colour,
        values: slices.map(({ durations }) => within(durations, share) ?? null),
      }))}
    />
  )
}
