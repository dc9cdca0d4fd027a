// An explanation for people: who asks, where they are, what became of every region, and the answer; 100 columns wide.
import type {
  Explanation,
  RegionVerdict,
  ToldName,
  ToldRegion,
  ToldStep,
} from '../control-plane/operate/explanation.js'
import { printable, table, wrap } from './table.js'

type Row = readonly [label: string, text: string]
type Style = 'title' | 'alarm' | RegionVerdict

/** Lines with a line feed between them; with colours where `colour` is true: only for a terminal. */
export function formatExplanation(explanation: Explanation, colour = false): string {
  const paint = (style: Style, text: string): string =>
    colour && COLOURS[style] !== '' ? `\x1b[${COLOURS[style]}m${text}\x1b[0m` : text
  const { question, steered, steps, regions, answer, checks } = explanation
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', paint('title', title), ...lines]
  return [
    paint('title', printable(`${question.name} ${question.type}`)),
    ...facts(questionRows(explanation)),
    ...section('Client', steered === null ? [] : facts(clientRows(explanation))),
    // A lone step is told by the regions themselves.
    ...section('Policy', steps.length > 1 ? facts(steps.map(stepRow)) : []),
    ...section('Regions', regionLines(regions, paint)),
    ...section('Answer', [
      ...[...answer.records, ...answer.authority].map(indented),
      ...facts(answerRows(explanation)),
    ]),
    ...section(paint('alarm', 'These reasons do not fit the answer. Please report it as a bug:'), checks.flatMap(said)),
  ].join('\n')
}

/** Numbers of SGR (ECMA-48 §8.3.117). */
const COLOURS: Readonly<Record<Style, string>> = {
  title: '1',
  alarm: '31',
  chosen: '32',
  down: '31',
  disabled: '33',
  'forced-down': '33',
  'passed-over': '',
  'held-back': '33',
  dropped: '2',
  'not-needed': '2',
  'no-address': '2',
}

/** What some rungs mean; the others that no candidate is up. */
const RUNGS_SAID: Partial<Record<string, string>> = {
  'outside-fence': 'no region inside the fence is up',
  'held-back': 'no region is up but those that are held back',
}

const indented = (text: string): string => `  ${printable(text)}`
const said = (text: string): string[] => wrap(printable(text), 96).map(indented)
const facts = (rows: readonly Row[]): string[] => table(rows, ['left', 'left'], { indent: '  ' })

function questionRows({ question, zone, found, steered, snapshot }: Explanation): readonly Row[] {
  const subnet = question.client === null ? 'no client subnet' : `client subnet ${question.client}`
  return [
    ['asked by', `resolver ${question.resolver}, ${subnet}`],
    ['zone', zone ?? 'none of ours'],
    ['name', sayName(found)],
    ...(found.aliases.length === 0 ? [] : [['aliases', found.aliases.join(' ')] as const]),
    ...(steered === null ? [] : [['policy', `${steered.policy} (${steered.steps.join(', ')})`] as const]),
    ['snapshot', `${snapshot.version}, published ${new Date(snapshot.publishedAt).toISOString()}`],
  ]
}

function sayName({ kind, at, aliases }: ToldName): string {
  const by = at?.startsWith('*.') ? `the wildcard ${at}` : at
  switch (kind) {
    case 'steered':
      return `${by} is steered: the answer depends on the client`
    case 'static':
      return `${by} has static records of this type`
    case 'nodata':
      return `${by} exists, but has no records of this type`
    case 'nxdomain':
      return aliases.length > 0 ? 'an alias leads to a name that does not exist' : 'there is no such name'
    case 'delegation':
      return `${by} is delegated to other servers`
    case 'alias':
      return 'an alias leads out of our zones'
    case 'endless':
      return 'aliases lead on and on, or in a circle'
    case 'too-long':
      return `the DNAME of ${by} would make a name of more than 255 bytes`
    case 'outside':
      return 'in none of our zones'
  }
}

/** What a step went by, and what came of it: tiers from best to worst, equals with =, a bar for the fence. */
function stepRow({ step, why, order, inside, dropped }: ToldStep): Row {
  const tiers = order.map(tier => tier.join(' = '))
  const sides = [tiers.slice(0, inside), tiers.slice(inside)].filter(side => side.length > 0)
  const out = dropped.length === 0 ? '' : `; dropped: ${dropped.join(', ')}`
  return [step, `${why} → ${sides.map(side => side.join(', ')).join(' | ') || 'none'}${out}`]
}

function clientRows({ location }: Explanation): readonly Row[] {
  const { source, address, network, place, database, notes } = location
  const how = source === 'client-subnet' ? 'the client subnet' : "the resolver's address"
  const names = [place?.city, place?.subdivision, place?.country].filter(name => name != null)
  const { latitude = null, longitude = null } = place ?? {}
  if (place?.asn != null) names.push(`AS${place.asn}`)
  if (latitude !== null && longitude !== null) names.push(`${latitude.toFixed(2)} ${longitude.toFixed(2)}`)
  return [
    ['address', `${address}, from ${how}`],
    ['place', names.join(', ') || 'unknown'],
    ...(database === null ? [] : [['database', sayDatabase(database, network, place !== null)] as const]),
    ...notes.map(note => ['note', note] as const),
  ]
}

function sayDatabase(database: string, network: string | null, known: boolean): string {
  if (network === null) return database
  return known ? `${database} has it in ${network}` : `${database} has nothing on ${network}`
}

function regionLines(regions: readonly ToldRegion[], paint: (style: Style, text: string) => string): readonly string[] {
  if (regions.length === 0) return []
  const rows = regions.map(({ region, rank, kilometres, weight, enabled, up, load, override, state, why }) => [
    state === 'chosen' ? '*' : '',
    rank === null ? '-' : String(rank),
    region,
    kilometres === null ? '-' : `${kilometres} km`,
    String(weight),
    state === 'no-address' ? '-' : !enabled ? 'disabled' : withLoad(effective(up, override), load),
    why,
  ])
  const styles: readonly Style[] = ['title', ...regions.map(({ state }) => state)]
  return table(
    [['', '#', 'region', 'distance', 'weight', 'health', 'why'], ...rows],
    ['left', 'right', 'left', 'right', 'right', 'left', 'left'],
    { paint: (line, row) => paint(styles[row]!, line) },
  )
}

function answerRows({ answer, choice }: Explanation): readonly Row[] {
  const { rcode, authoritative, truncated, errors, ttl, ttlReason, scope, scopeReason } = answer
  const flags = [rcode, ...(authoritative ? ['authoritative'] : []), ...(truncated ? ['truncated'] : [])]
  return [
    ['status', flags.join(', ')],
    ...(choice === null || choice.rung === 'healthy'
      ? []
      : [['ladder', `${choice.rung}: ${RUNGS_SAID[choice.rung] ?? 'no candidate is up'}`] as const]),
    ['TTL', `${ttl === null ? 'none' : `${ttl} s`}: ${ttlReason}`],
    ['size', `${answer.wire.length / 2} bytes`],
    ['scope', `${scope === null ? 'none' : `/${scope}`}: ${scopeReason}`],
    ...errors.map(error => ['error', `extended error ${error}`] as const),
  ]
}

const withLoad = (health: string, load: number | null): string =>
  load === null ? health : `${health}, load ${Math.round(load * 100)} %`

/** `forced up`, `drain 50 %`, or what its checks say. */
function effective(up: boolean, override: Explanation['regions'][number]['override']): string {
  const found = up ? 'up' : 'down'
  if (override === null) return found
  if (override.state === 'observe') return `${found}, kept as it was`
  if (override.state === 'some') return `${found}, some addresses by an override`
  return override.state === 'drain' ? `${found}, drain ${override.drain} %` : `forced ${found}`
}
