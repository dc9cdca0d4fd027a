// Which region each part of the world gets, as the server computes it; read anew whenever answers may have changed.
import { computed, effect, signal } from '@preact/signals'
import type { Catchment } from '../control-plane/admin/api.js'
import { get, sentenceOf } from './api.js'
import { begun, change } from './live.js'
import { known, name } from './steered-names.js'

export const catchment = signal<Catchment | undefined>(undefined)
export const problem = signal('')

effect(() => {
  void change.value
  const wanted = name.value
  if (wanted !== '' && begun.value) void read(wanted)
})

async function read(wanted: string): Promise<void> {
  try {
    const found = await get('/v1/catchment', { query: { name: wanted } })
    // Somebody picked another name meanwhile.
    if (name.peek() !== wanted) return
    catchment.value = found
    problem.value = ''
  } catch (error) {
    // The name of the last visit may be gone.
    if (known.peek()) problem.value = sentenceOf(error)
  }
}

/** The region that most of an outcome's clients get. */
export function mainRegion({ outcomes }: Catchment, outcome: number): string | undefined {
  const { regions = [] } = outcomes[outcome] ?? {}
  return regions.reduce<(typeof regions)[number] | undefined>(
    (most, region) => (region.share > (most?.share ?? 0) ? region : most),
    undefined,
  )?.region
}

/** By region, the share of the land whose clients it gets, 0 to 1. */
export const landShares = computed<ReadonlyMap<string, number>>(() => {
  const shares = new Map<string, number>()
  const { value } = catchment
  if (value === undefined) return shares
  for (const [, , , now] of value.cells)
    for (const { region, share } of value.outcomes[now]?.regions ?? [])
      shares.set(region, (shares.get(region) ?? 0) + share / value.cells.length)
  return shares
})

/** Where the clients of a region would go if it were gone, greatest share of its land first; undefined: to no region. */
export function heirs(region: string): readonly { readonly region: string | undefined; readonly share: number }[] {
  const { value } = catchment
  if (value === undefined) return []
  const counts = new Map<string | undefined, number>()
  let all = 0
  for (const [, , , now, next] of value.cells) {
    if (mainRegion(value, now) !== region) continue
    all++
    const heir = mainRegion(value, next)
    counts.set(heir, (counts.get(heir) ?? 0) + 1)
  }
  return [...counts].map(([region, count]) => ({ region, share: count / all })).sort((a, b) => b.share - a.share)
}

const names = new Intl.DisplayNames(['en'], { type: 'region' })

export const countryName = (code: string): string => names.of(code) ?? code
