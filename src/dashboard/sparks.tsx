// The last results of the checks of a region as small lines: how long each took, and a bar where it failed. Read while the row is in sight.
import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { HealthInFull } from '../control-plane/admin/api.js'
import { get } from './api.js'
import { clock } from './parts.js'

type Known = HealthInFull['health'][number]['checks'][number]
type Results = Known['recent']
type Ballot = NonNullable<Known['ballots']>[number]

const LOOK_MS = 5000
const SHOWN = 30
const WIDTH = 90
const HEIGHT = 16

export function Sparks({ region }: { readonly region: string }) {
  const place = useRef<HTMLDivElement>(null)
  const seen = useSignal(false)
  const read = useSignal<HealthInFull | undefined>(undefined)
  const tick = useComputed(() => Math.floor(clock.value / LOOK_MS))
  useEffect(() => {
    const watcher = new IntersectionObserver(entries => {
      seen.value = entries.at(-1)?.isIntersecting === true
    })
    if (place.current !== null) watcher.observe(place.current)
    return () => watcher.disconnect()
  }, [seen])
  useSignalEffect(() => {
    void tick.value
    if (!seen.value) return
    get('/v1/health/{id}', { path: { id: region } })
      .then(found => {
        read.value = found
      })
      .catch(() => {}) // that the server cannot be reached is said elsewhere
  })
  return (
    <div ref={place} class="sparks">
      {read.value?.health.flatMap(({ address, checks }) =>
        checks.map(({ check, recent, ballots = [] }) => (
          <div key={`${address} ${check}`} class="results">
            <Spark what={`${check} of ${address}`} recent={recent} />
            {ballots.length === 0 ? null : <Ballots ballots={ballots} />}
          </div>
        )),
      )}
    </div>
  )
}

/** What each node of a fleet says of it. */
function Ballots({ ballots }: { readonly ballots: readonly Ballot[] }) {
  return (
    <span class="check">
      {ballots
        .map(
          ({ node, up, trusted }) => `${node} ${up ? '●' : '▼'} ${up ? 'up' : 'down'}${trusted ? '' : ', not heard'}`,
        )
        .join('; ')}
    </span>
  )
}

function Spark({ what, recent }: { readonly what: string; readonly recent: Results }) {
  const results = recent.slice(0, SHOWN).toReversed()
  if (results.length === 0) return null
  const most = Math.max(1, ...results.map(({ ms, passed }) => (passed ? ms : 0)))
  const step = WIDTH / SHOWN
  const at = (i: number): string => ((i + 0.5) * step).toFixed(1)
  const failed = results.flatMap(({ passed }, i) => (passed ? [] : [i]))
  const line = results
    .map(({ ms, passed }, i) =>
      passed ? `${at(i)} ${(HEIGHT - 1.5 - (ms / most) * (HEIGHT - 3)).toFixed(1)}` : undefined,
    )
    .reduce(
      (path, point, i, all) => (point === undefined ? path : `${path}${all[i - 1] === undefined ? 'M' : 'L'}${point}`),
      '',
    )
  const words = `${what}: of the last ${results.length} checks ${failed.length === 0 ? 'none' : failed.length} failed; those that passed took up to ${most.toFixed(most < 10 ? 1 : 0)} ms`
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
      <title>{words}</title>
      <path class="took" d={line} />
      {failed.map(i => (
        <path key={i} class="failed" d={`M${at(i)} 0V${HEIGHT}`} />
      ))}
    </svg>
  )
}
