// Health for people: every region, address and check, or one of them with its last probes.
import type { HealthInFull, HealthList } from '../control-plane/admin/api.js'
import { table } from './table.js'

type Address = HealthList['regions'][number]['health'][number]
type Check = Address['checks'][number]

const COLUMNS = ['left', 'left', 'left', 'left', 'right', 'left'] as const

/** One line for each check of each address. */
export function formatHealth({ regions }: HealthList): string {
  if (regions.length === 0) return 'the traffic document has no regions'
  const rows = regions.flatMap(({ region, health }) =>
    health.flatMap(address =>
      address.checks.length === 0
        ? [[region, address.address, '-', word(address.up), '-', 'nothing checks it']]
        : address.checks.map(check => [
            region,
            address.address,
            check.check,
            stateOf(check),
            time(check),
            noteOf(address, check),
          ]),
    ),
  )
  return table([['REGION', 'ADDRESS', 'CHECK', 'STATE', 'LAST', 'NOTE'], ...rows], COLUMNS).join('\n')
}

/** One region: its checks, and the last probes of each. */
export function formatRegionHealth(full: HealthInFull): string {
  const probes = full.health.flatMap(({ address, checks }) =>
    checks.flatMap(({ check, recent }) =>
      recent.map(({ at, ms, connectMs, tlsMs, firstByteMs, error = 'passed' }) => [
        address,
        check,
        at.slice(11, 19),
        figure(ms),
        figure(connectMs),
        figure(tlsMs),
        figure(firstByteMs),
        error,
      ]),
    ),
  )
  const heads = ['ADDRESS', 'CHECK', 'AT', 'MS', 'CONNECT', 'TLS', 'FIRST BYTE', 'RESULT']
  const lines = table([heads, ...probes], ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'left'])
  return [formatHealth({ regions: [full] }), '', ...lines].join('\n')
}

const word = (up: boolean): string => (up ? 'up' : 'down')

/** A check that is turning says how far it has got. */
function stateOf({ up, run, observe, heldUntil, unavailable, within }: Check): string {
  if (unavailable === true) return 'unavailable'
  const turning = run > 0 ? `, ${run} ${up ? 'failed' : 'passed'}` : ''
  return `${word(up)}${turning}${heldUntil === undefined ? '' : ', held'}${observe === true ? ' (observed)' : within === undefined ? '' : ` (in ${within})`}`
}

const time = ({ lastMs }: Check): string => (lastMs === undefined ? '-' : `${figure(lastMs)} ms`)

const figure = (ms: number | undefined): string => (ms === undefined ? '-' : ms < 10 ? ms.toFixed(1) : ms.toFixed(0))

const noteOf = ({ admitted }: Address, { lastError, lastWarning }: Check): string =>
  [lastError, lastWarning, admitted === undefined ? undefined : `let in: ${admitted}%`]
    .filter(note => note !== undefined)
    .join('; ')
