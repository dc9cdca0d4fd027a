// What a change of regions would do, in lines for people: who moves where, what falls to its ladder, which rules it breaks.
import type { BrokenRule, Simulation } from '../control-plane/admin/api.js'
import { printable } from './table.js'

export function formatConsequence({ names, load, rules }: Simulation): readonly string[] {
  const told = formatMoves({ names, load })
  return [...(told.length === 0 ? ['no clients move'] : told), ...rules.map(rule => printable(ruleLine(rule)))]
}

/** Without the rules; empty where nobody moves. */
export function formatMoves({ names, load }: Pick<Simulation, 'names' | 'load'>): readonly string[] {
  const moves = names.flatMap(({ name, type, moves }) =>
    moves.map(
      ({ from, to, share }) => `${percent(share)} of the clients of ${name} ${type} move from ${from} to ${to}`,
    ),
  )
  const fallen = names.flatMap(({ name, type, ladder }) =>
    Object.entries(ladder).map(
      ([rung, share]) => `${percent(share)} of the clients of ${name} ${type} are answered by ${rung}`,
    ),
  )
  const over = Object.entries(load).flatMap(([region, { expected, capacity = Infinity }]) =>
    expected > capacity
      ? [`${region} is asked ${Math.round(expected)} a second, above its capacity of ${capacity}`]
      : [],
  )
  return [...moves, ...fallen, ...over].map(printable)
}

/** `two-up: 1 of 3 regions serve (*), and it must be at least 2; bring back us-west first` */
export const ruleLine = ({ rule, words, remedy, description, overridableBy }: BrokenRule): string => {
  const why = description === undefined ? '' : ` (${description})`
  const who =
    overridableBy === 'caller'
      ? ''
      : overridableBy === 'nobody'
        ? '; nobody may override it'
        : `; overridden by ${overridableBy}`
  return `rule ${rule}: ${words}${why}; ${remedy}${who}`
}

const percent = (share: number): string => {
  const value = share * 100
  if (value > 0 && value < 0.05) return 'under 0.1 %'
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`
}
