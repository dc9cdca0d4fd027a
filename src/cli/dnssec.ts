// What meridian dnssec prints. Pure.
import type { DnssecView, ParentView, RolledView } from '../control-plane/admin/api.js'
import { table } from './table.js'

export function formatStatus({ zone, keys, rollover, last, alarms, signatures, parent }: DnssecView): string {
  const rows = keys.map(({ role, keyTag, algorithm, file, part = '', state }) => [
    ...[role, `${keyTag}`, algorithm, file, part, state],
  ])
  const { count, made, firstExpiration } = signatures
  return [
    `${zone} is signed`,
    ...table(
      [['ROLE', 'TAG', 'ALGORITHM', 'FILE', '', 'STATE'], ...rows],
      ['left', 'right', 'left', 'left', 'left', 'left'],
    ),
    ...(rollover === undefined ? [] : rolloverLines(rollover)),
    ...(last === undefined ? [] : [`the last rollover (${last.kind}) was over at ${last.at}`]),
    ...(parent.askedAt === undefined ? [] : [`${STANDINGS[parent.standing]} (asked at ${parent.askedAt})`]),
    ...alarms,
    `${count} signatures on this node, ${made} made since it started`,
    ...(firstExpiration === undefined ? [] : [`the first expires at ${firstExpiration}`]),
  ].join('\n')
}

const WAITS = {
  keys: 'resolvers forget the keys as they were',
  zone: 'resolvers forget the records as they were',
  parent: 'resolvers forget the DS as it was',
} as const

function rolloverLines({
  kind,
  emergency,
  stage,
  stages,
  waits,
  calendar,
}: NonNullable<DnssecView['rollover']>): readonly string[] {
  return [
    `${emergency ? 'emergency ' : ''}rollover (${kind}), stage ${stage} of ${stages}`,
    ...waits.map(wait =>
      wait.until === undefined
        ? 'waits until the parent has the DS that it is asked for'
        : `until ${wait.until}: ${WAITS[wait.for]}`,
    ),
    ...calendarLines(calendar),
  ]
}

/** One line a stage. */
export const calendarLines = (calendar: RolledView['calendar']): readonly string[] =>
  calendar.map(({ at, does, earliest }) => `  ${at}${earliest ? ' at the earliest' : ''}  ${does}`)

const STANDINGS: Readonly<Record<ParentView['standing'], string>> = {
  secure: 'a DS of the parent leads to a key of the zone: it is secure',
  insecure: 'the parent has no DS: the zone is signed, and nobody validates it',
  broken: 'no DS of the parent leads to a key of the zone: resolvers that validate give no answer',
  unknown: 'not all servers of the parent have answered',
}

export const formatParent = ({ zone, standing, silence, servers, ds, missing }: ParentView): string =>
  [
    `${zone}: ${STANDINGS[standing]}`,
    ...(silence === undefined ? [] : [`  ${silence.why}`]),
    ...servers.map(server => `  asked:   ${server.server}, which has ${server.ds.length} DS`),
    ...ds.map(line => `  there:   ${line}`),
    ...missing.map(line => `  missing: ${line}`),
  ].join('\n')
