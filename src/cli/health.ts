// Health for people: every region, address and check, or one of them with its last probes.
import type { HealthInFull, HealthList } from '../control-plane/admin/api.js'
import { wordsOf } from './override.js'
import { moment } from './revision.js'
import { table } from './table.js'

type Address = HealthList['regions'][number]['health'][number]
type Check = Address['checks'][number]

const COLUMNS = ['left', 'left', 'left', 'left', 'left', 'right', 'left', 'left'] as const
const HEADS = ['REGION', 'ADDRESS', 'CHECK', 'STATE', 'SINCE', 'LAST', 'NEXT', 'NOTE']

/** One line for each check of each address. */
export function formatHealth({ regions }: HealthList): string {
  if (regions.length === 0) return 'the traffic document has no regions'
  const rows = regions.flatMap(region => region.health.flatMap(address => rowsOf(region, address)))
  return table([HEADS, ...rows], COLUMNS, { width: 120 }).join('\n')
}

function rowsOf(region: HealthList['regions'][number], address: Address): readonly (readonly string[])[] {
  const head = [region.region, address.address]
  if (address.checks.length === 0)
    return [[...head, '-', word(address.up), '-', '-', '-', ['nothing checks it', ...said(region)].join('; ')]]
  return address.checks.map(check => [
    ...head,
    check.check,
    stateOf(check),
    check.since === undefined ? '-' : moment(check.since),
    time(check),
    check.nextAt === undefined ? '-' : ofDay(check.nextAt),
    [...notesOf(address, check), ...said(region)].join('; '),
  ])
}

/** What stands beside what is real, and whose word it is. */
const said = ({ override }: HealthList['regions'][number]): readonly string[] =>
  override === undefined ? [] : [`${wordsOf(override)} by ${override.actor}: ${override.reason}`]

/** One region: its checks, and the last probes of each. */
export function formatRegionHealth(full: HealthInFull): string {
  const probes = full.health.flatMap(({ address, checks }) =>
    checks.flatMap(({ check, recent }) =>
      recent.map(({ at, ms, dnsMs, connectMs, tlsMs, firstByteMs, error = 'passed' }) => [
        address,
        check,
        ofDay(at),
        figure(ms),
        figure(dnsMs),
        figure(connectMs),
        figure(tlsMs),
        figure(firstByteMs),
        error,
      ]),
    ),
  )
  const heads = ['ADDRESS', 'CHECK', 'AT', 'MS', 'DNS', 'CONNECT', 'TLS', 'FIRST BYTE', 'RESULT']
  const lines = table([heads, ...probes], ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'])
  return [formatHealth({ regions: [full] }), '', ...ballotLines(full), ...lines].join('\n')
}

/** Who says what, of the checks that have votes. */
function ballotLines(full: HealthInFull): readonly string[] {
  const rows = full.health.flatMap(({ address, checks }) =>
    checks.flatMap(({ check, ballots = [] }) =>
      ballots.map(({ node, group, self, up, trusted }) => [
        address,
        check,
        self ? `${node} *` : node,
        group,
        word(up),
        trusted ? '' : 'has no vote: it sees most targets down, or suspects itself',
      ]),
    ),
  )
  return rows.length === 0
    ? []
    : [...table([['ADDRESS', 'CHECK', 'NODE', 'GROUP', 'SAYS', ''], ...rows], Array(6).fill('left')), '']
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

const ofDay = (at: string): string => at.slice(11, 19)

const notesOf = ({ admitted }: Address, { lastError, lastWarning, votes }: Check): readonly string[] =>
  [
    votes && votesNote(votes),
    lastError,
    lastWarning,
    admitted === undefined ? undefined : `let in: ${admitted}%`,
  ].filter(note => note !== undefined)

const BASES: Record<NonNullable<Check['votes']>['basis'], string> = {
  votes: '',
  own: ', nobody else is heard',
  held: ', held',
  local: ', down for this node only',
}

const votesNote = ({ ups, of, own, basis }: NonNullable<Check['votes']>): string =>
  `votes: ${ups} of ${of} up${BASES[basis]}${own === undefined ? '' : `, here ${word(own)}`}`
