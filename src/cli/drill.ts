// Drills as tables and lines for people.
import type { DrillList, DrillView, OutlookView } from '../control-plane/admin/api.js'
import { moment } from './revision.js'
import { printable, table } from './table.js'

export function formatDrills({ drills }: DrillList): string {
  if (drills.length === 0) return 'there are no drills: meridian drill plan REGION makes one'
  const rows = drills.map(drill => [
    drill.id,
    drill.kind,
    drill.regions.join(' '),
    drill.outcome ?? drill.phase,
    `${drill.percent} %`,
    drill.startsAt === undefined ? '-' : moment(drill.startsAt),
    drill.actor,
    drill.reason,
  ])
  const header = ['ID', 'KIND', 'REGIONS', 'IS', 'AWAY', 'STARTS', 'WHO', 'WHY']
  return table([header, ...rows], ['right', 'left', 'left', 'left', 'right', 'left', 'left', 'left']).join('\n')
}

export function formatDrill(drill: DrillView): string {
  const { id, kind, regions, reason, actor, node, steps, back, guards, timeline } = drill
  const way = [...steps, ...back].map(({ percent, seconds }) => `${percent} % for ${span(seconds)}`).join(', ')
  const lines = [
    `drill ${id}: ${kind} of ${regions.join(', ')}, by ${actor}: ${reason}`,
    `  is       ${stateOf(drill)}`,
    ...(node === undefined ? [] : [`  node     ${node}`]),
    `  steps    ${way}`,
    `  guards   ${guards.minHealthy} other regions up, at most ${guards.maxLoad} % of a capacity, at most ${guards.maxErrors} % errors${guards.maxLatencyMs === undefined ? '' : `, checks within ${guards.maxLatencyMs} ms`}`,
    ...outlookLines(drill.foretold),
    'Timeline',
    ...timeline.map(eventLine),
  ]
  return lines.map(printable).join('\n')
}

export function stateOf({ phase, percent, outcome, why = [], waitsFor, startsAt, movesAt, weekly }: DrillView): string {
  const every = weekly ? ', every week' : ''
  switch (phase) {
    case 'planned':
      if (waitsFor !== undefined) return `waiting: ${waitsFor.join('; ')}`
      return startsAt === undefined ? 'planned, until somebody starts it' : `planned for ${moment(startsAt)}${every}`
    case 'out':
    case 'back': {
      const then = movesAt === undefined ? '' : `, until ${moment(movesAt)}`
      const waits = waitsFor === undefined ? '' : `; the way back waits: ${waitsFor.join('; ')}`
      return `under way: ${percent} % of the clients are elsewhere${then}${waits}`
    }
    case 'over':
      return [outcome ?? phase, ...why].join(': ')
  }
}

/** What would happen, as of the outlook of a plan or of a drill. */
export function outlookLines({
  moves,
  load,
  latency,
  ttl,
}: Omit<OutlookView, 'objections' | 'predicted'>): readonly string[] {
  return [
    ...(moves.length === 0 ? ['  moves    nobody'] : []),
    ...moves.map(
      ({ from, to, share }, i) =>
        `  ${i === 0 ? 'moves  ' : '       '}  ${percent(share)} of all clients from ${from} to ${to}`,
    ),
    ...Object.entries(load).map(([region, { now, expected, capacity }], i) => {
      const most = capacity === undefined ? '' : `, of ${capacity} that it can carry`
      return `  ${i === 0 ? 'load   ' : '       '}  ${region}: ${rate(expected)} answers a second, ${rate(now)} now${most}`
    }),
    ...latencyLines(latency),
    `  ttl      answers with the region are kept for ${ttl} s at most as things are`,
  ]
}

function latencyLines({ before, after }: NonNullable<OutlookView['latency']> = {}): readonly string[] {
  if (before === undefined || after === undefined) return []
  const line = (key: keyof typeof before, what: string): string =>
    `${ms(after[key])} ${what} are to be expected, ${ms(before[key])} now`
  return [`  latency  ${line('meanMs', 'in the mean')}`, `           ${line('p95Ms', 'at most for 95 of 100')}`]
}

const ms = (value: number): string => `${value.toFixed(1)} ms`

export function formatOutlook(outlook: OutlookView): string {
  const { objections } = outlook
  const may = objections.length === 0 ? 'nothing speaks against it now' : 'it could not begin now:'
  return [...outlookLines(outlook), may, ...objections.map(why => `  ${why}`)].map(printable).join('\n')
}

export const eventLine = ({ at, what }: DrillView['timeline'][number]): string => `  ${moment(at)}  ${what}`

/** `us-east 60 %, us-west 40 %` */
export function answersLine(answers: Readonly<Record<string, number>>): string {
  const all = Object.values(answers).reduce((sum, count) => sum + count, 0)
  if (all === 0) return 'nothing is asked'
  const parts = Object.entries(answers).sort(([, a], [, b]) => b - a)
  return parts.map(([region, count]) => `${region} ${percent(count / all)}`).join(', ')
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
const rate = (perSecond: number): string => String(Math.round(perSecond * 10) / 10)
const span = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`)
