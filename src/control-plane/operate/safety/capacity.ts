// A share of the capacity of a set of regions is there for clients. What is drained counts for what is left of it.
import { meetsAny } from '../../traffic/region-glob.js'
import type { Gauge } from './scene.js'

/** Shares are told in whole percents: rounding must not refuse what is exactly enough. */
const HAIR = 1e-9

export const capacity: Gauge<'capacity'> = ({ share, of }, { stands }) => {
  const about = [...stands.values()].filter(({ region }) => meetsAny(of, region))
  const sum = (part: (share: number) => number): number =>
    about.reduce((all, { region, share }) => all + (region.capacity ?? 0) * part(share), 0)
  const all = sum(() => 1)
  const there = sum(share => share)
  const missing = share * all - there
  const is = all === 0 ? 0 : there / all
  return {
    missing: missing > all * HAIR ? missing : 0,
    words: `${percent(is)} of the capacity serves (${round(there)} of ${round(all)}; ${of.join(', ')}), and it must be ${percent(share)}`,
    remedy: `bring back ${round(Math.max(0, missing))} of capacity first, or drain less`,
  }
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
const round = (amount: number): string => String(Math.round(amount * 10) / 10)
