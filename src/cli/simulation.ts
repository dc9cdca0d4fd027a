// What a proposed document would do to clients, for people: who moves, what regions carry, which names reach their ladder.
import type { Simulation } from '../control-plane/admin/api.js'
import { printable, table } from './table.js'

type NameChange = Simulation['names'][number]

/** Smaller parts of the clients are not worth a line. */
const LEAST = 0.0005

export function formatSimulation({ over, names, load, unseen, unplaced, latency }: Simulation): string {
  const moved = names.filter(({ moves }) => moves.some(({ share }) => share >= LEAST))
  const parts = [
    [moved.length === 0 ? 'no client would get another region' : `clients by ${WEIGHED[over]}:`],
    ...(moved.length === 0 ? [] : [movesOf(moved)]),
    laddersOf(names),
    latencyIn(latency),
    loadOf(load),
    unseenIn(unseen),
    unplacedIn(unplaced),
  ]
  return parts.filter(lines => lines.length > 0).map(lines => lines.join('\n')).join('\n\n') // biome-ignore format: one step a line says no more
}

const WEIGHED = {
  addresses: 'the addresses that they have',
  population: 'the people of their countries',
  traffic: 'what they asked of late',
} as const

function movesOf(names: readonly NameChange[]): readonly string[] {
  const rows = names.flatMap(({ name, type, moves }) =>
    moves
      .filter(({ share }) => share >= LEAST)
      .map(({ from, to, share }) => [percent(share), from, to, printable(`${name} ${type}`)]),
  )
  return table([['SHARE', 'FROM', 'TO', 'NAME'], ...rows], ['right', 'left', 'left', 'left'])
}

function laddersOf(names: readonly NameChange[]): readonly string[] {
  return names.flatMap(({ name, type, ladder }) =>
    Object.entries(ladder)
      .filter(([, share]) => share >= LEAST)
      .map(([rung, share]) => printable(`${name} ${type} would reach its ladder: ${rung} for ${percent(share)}`)),
  )
}

function loadOf(load: Simulation['load']): readonly string[] {
  const entries = Object.entries(load)
  if (entries.length === 0) return []
  const rows = entries.map(([region, { now, expected, capacity }]) => [
    region,
    rate(now),
    rate(expected),
    capacity === undefined ? '-' : rate(capacity),
    capacity !== undefined && expected > capacity ? 'beyond its capacity' : '',
  ])
  return table(
    [['REGION', 'NOW', 'EXPECTED', 'CAPACITY', 'ANSWERS A SECOND'], ...rows],
    ['left', 'right', 'right', 'right', 'left'],
  )
}

/** Only where it would be another one. */
function latencyIn({ before, after }: NonNullable<Simulation['latency']> = {}): readonly string[] {
  if (before === undefined || after === undefined) return []
  if (before.meanMs === after.meanMs && before.p95Ms === after.p95Ms) return []
  const change = (was: number, is: number): string => `${ms(was)} before, ${ms(is)} after`
  return [
    `expected latency, in the mean: ${change(before.meanMs, after.meanMs)}`,
    `expected latency, for 95 of 100 at most: ${change(before.p95Ms, after.p95Ms)}`,
  ]
}

const ms = (value: number): string => `${value.toFixed(1)} ms`

const unseenIn = (unseen: readonly string[]): readonly string[] =>
  unseen.length === 0 ? [] : [printable(`nobody was seen asking for ${unseen.join(', ')}`)]

const unplacedIn = (countries: readonly string[] = []): readonly string[] =>
  countries.length === 0 ? [] : [`no address is located in ${countries.join(', ')}: their people are left out`]

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`
const rate = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1))
