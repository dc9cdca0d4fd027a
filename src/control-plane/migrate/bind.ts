// BIND as a traffic document: what is the same in all views is static, what differs is steered by who asks.
import { typeName } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { RecordTable } from '../../dns/record-table.js'
import { atomsOf } from './atoms.js'
import { clientsIn, isAmong, type Matcher, readMatcher } from './bind-clients.js'
import type { BindFiles } from './bind-files.js'
import { type BindView, readZones, viewsOf } from './bind-zones.js'
import { Draft, type Migrated } from './draft.js'
import { blockOf, type Statement } from './named-conf.js'
import { networksFirst } from './networks.js'
import { draftRecords, relative } from './zone-records.js'

/** Which view each client has; `*` is not there where some have none. */
type Rules = ReadonlyMap<string, string>

/** @throws Error with a sentence where a file cannot be read */
export function migrateBind(files: BindFiles): Migrated {
  const draft = new Draft()
  const views = viewsOf(files.conf)
  const rules = rulesOf(draft, files.conf, views)
  const zones = readZones(draft, views, files)
  const differing = [...zones].map(([zone, tables]) => differingNames(draft, zone, tables, rules))
  const parts = atomsOf(differing.flatMap(names => names.flatMap(({ sets }) => sets.map(({ addresses }) => addresses))))
  let at = 0
  for (const names of differing)
    for (const name of names) {
      draftSteered(draft, name, rules, parts.slice(at, at + name.sets.length))
      at += name.sets.length
    }
  return draft.finish()
}

/** Who is in which view, each network and place by the first view that takes it. */
function rulesOf(draft: Draft, conf: readonly Statement[], views: readonly BindView[]): Rules {
  const named = new Map(
    conf.flatMap(statement =>
      statement[0] === 'acl' ? [[String(statement[1]), blockOf([statement], 'acl') ?? []] as const] : [],
    ),
  )
  const matchers = views.map(({ name, statements }): readonly [string, Matcher] => {
    const lose = (what: string) => draft.lose(`view ${name}`, what)
    if (blockOf(statements, 'match-destinations') !== undefined)
      lose('match-destinations is left out: nobody is told apart by the address that was asked')
    const list = blockOf(statements, 'match-clients')
    return [name, list === undefined ? { kind: 'any' } : readMatcher(list, { named, lose })]
  })
  const clients = [...new Set(matchers.flatMap(([, matcher]) => clientsIn(matcher)))]
  const isNetwork = (client: string): boolean => client.includes('/')
  if (clients.some(isNetwork) && clients.some(client => !isNetwork(client)))
    draft.lose('views', 'networks go before places now, whichever view stood first')
  const viewOf = (client: string): string | undefined =>
    matchers.find(([, matcher]) => isAmong(matcher, client) === true)?.[0]
  const rules = [...clients, '*'].flatMap(client => {
    const view = viewOf(client)
    if (view === undefined)
      draft.lose(
        'views',
        `${client === '*' ? 'everybody else' : client} was refused: now there are answers, of names that are the same for everybody at least`,
      )
    return view === undefined ? [] : [[client, view] as const]
  })
  return new Map(networksFirst(rules))
}

/** The addresses that a name has in a view, or its CNAME. */
interface ViewSet {
  readonly view: string
  readonly addresses: readonly string[]
  readonly target?: string
}

interface SteeredName {
  readonly zone: string
  readonly owner: string
  /** Seconds. */
  readonly ttl: number
  readonly sets: readonly ViewSet[]
}

const CHOSEN: readonly string[] = ['A', 'AAAA', 'CNAME']

/** By owner and type the data of each view. */
type Sets = Map<string, Types>
type Types = Map<string, Views>
type Views = Map<string, { readonly ttl: number; readonly data: string[] }>

/** Drafts what is the same for everybody. @returns names whose addresses differ from view to view */
function differingNames(
  draft: Draft,
  zone: string,
  tables: ReadonlyMap<string, RecordTable>,
  rules: Rules,
): readonly SteeredName[] {
  const usual = tables.has(rules.get('*') ?? '') ? rules.get('*')! : [...tables.keys()].at(-1)!
  for (const view of new Set(rules.values()))
    if (!tables.has(view))
      draft.lose(
        `zone ${zone}`,
        `clients of the view ${view} were refused it: now it is there, without what differs from view to view`,
      )
  if (tables.size === 1) {
    draftRecords(draft, tables.get(usual)!, { zone })
    return []
  }
  const sets = setsOf(zone, tables)
  const steered = [...sets]
    .filter(([, types]) => CHOSEN.some(type => differs(types.get(type), tables.size)))
    .map(([owner]) => owner)
  if (steered.length > 0) {
    draft.setZone(zone, 'ecs-trust', [])
    draft.lose(
      `zone ${zone}`,
      'views go by the address of the resolver, as before: without "ecs-trust: []" the client’s own network counts',
    )
  }
  tellDifferences(draft, zone, sets, tables.size, usual)
  draftRecords(draft, tables.get(usual)!, {
    zone,
    special: (owner, { type }) => steered.includes(owner) && CHOSEN.includes(typeName(type)),
  })
  return steered.flatMap(owner =>
    steeredName(draft, { zone, owner, usual, views: [...tables.keys()] }, sets.get(owner)!),
  )
}

function setsOf(zone: string, tables: ReadonlyMap<string, RecordTable>): Sets {
  const sets: Sets = new Map()
  for (const [view, table] of tables)
    for (const record of table) {
      const types = getOr(sets, relative(zone, record.owner), (): Types => new Map())
      const views = getOr(types, typeName(record.type), (): Views => new Map())
      const set = getOr(views, view, () => ({ ttl: record.ttl, data: [] as string[] }))
      set.data.push(formatRdata(record.type, record.rdata))
    }
  return sets
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}

const differs = (
  views: ReadonlyMap<string, { readonly ttl: number; readonly data: readonly string[] }> | undefined,
  count: number,
): boolean =>
  views !== undefined &&
  (views.size < count ||
    new Set([...views.values()].map(({ ttl, data }) => `${ttl} ${[...data].sort().join('\n')}`)).size > 1)

/** The SOA differs as a rule, by its serial. */
function tellDifferences(draft: Draft, zone: string, sets: Sets, count: number, usual: string): void {
  for (const [owner, types] of sets)
    for (const [type, views] of types)
      if (!CHOSEN.includes(type) && type !== 'SOA' && differs(views, count))
        draft.lose(
          `${owner === '@' ? zone : `${owner}.${zone}`} ${type}`,
          views.has(usual)
            ? `it differs from view to view: all have that of ${usual} now`
            : `left out: ${usual} does not have it, and it is the same for everybody here`,
        )
}

interface Where {
  readonly zone: string
  readonly owner: string
  readonly usual: string
  readonly views: readonly string[]
}

function steeredName(
  draft: Draft,
  { zone, owner, usual, views }: Where,
  types: ReadonlyMap<string, ReadonlyMap<string, { readonly ttl: number; readonly data: readonly string[] }>>,
): readonly SteeredName[] {
  const where = owner === '@' ? zone : `${owner}.${zone}`
  const data = (type: string, view: string): readonly string[] => types.get(type)?.get(view)?.data ?? []
  const aliased = views.filter(view => data('CNAME', view).length > 0)
  const addressed = views.filter(view => data('A', view).length + data('AAAA', view).length > 0)
  const kept = aliased.includes(usual) || addressed.length === 0 ? aliased : addressed
  for (const view of views)
    if (!kept.includes(view))
      draft.lose(
        where,
        aliased.includes(view) || addressed.includes(view)
          ? `left out: what it has in the view ${view}, since a name has addresses or a CNAME here`
          : `it was not there in the view ${view}: it is now, without addresses for these clients where nothing broader has some`,
      )
  if (aliased.length > 0 && [...types.keys()].some(type => !CHOSEN.includes(type))) {
    draft.lose(where, 'left out: it is a CNAME in some views, and has other records in others')
    return []
  }
  const ttls = CHOSEN.flatMap(type => [...(types.get(type)?.values() ?? [])].map(({ ttl }) => ttl))
  if (new Set(ttls).size > 1) draft.lose(where, 'its TTLs differ: the least of them holds for all')
  const sets = kept.map((view): ViewSet => {
    const [target] = data('CNAME', view)
    return kept === aliased
      ? { view, addresses: [], target: target! }
      : { view, addresses: [...data('A', view), ...data('AAAA', view)] }
  })
  return [{ zone, owner, ttl: Math.min(...ttls), sets }]
}

/** All addresses of the view, whoever they are shared with. */
function draftSteered(
  draft: Draft,
  { zone, owner, ttl, sets }: SteeredName,
  rules: Rules,
  parts: readonly (readonly (readonly string[])[])[],
): void {
  const name = owner === '@' ? zone : owner
  const byView = new Map(
    sets.map(({ view, target }, i) => {
      const wishes = target === undefined ? parts[i]!.map(addresses => ({ addresses })) : [{ target }]
      const ids = wishes.flatMap(
        (wish, part) => draft.region(`${name}-${view}${part === 0 ? '' : `-${part + 1}`}`, wish, name) ?? [],
      )
      return [view, [...new Set(ids)]] as const
    }),
  )
  const written = [...rules].flatMap(([client, view]) => {
    const regions = byView.get(view)
    return regions === undefined ? [] : [[client, regions.length === 1 ? regions[0]! : regions] as const]
  })
  const several = [...byView.values()].some(({ length }) => length > 1)
  const policy = draft.policy(`${name}-views`, [
    { geo: { rules: Object.fromEntries(written), others: 'drop-broader' } },
    ...(several ? [{ take: 'all' }] : []),
  ])
  draft.record(zone, owner, {
    steer: policy,
    regions: [...new Set([...byView.values()].flat())],
    ttl: `${ttl}s`,
    // None has checks: nobody gets here but clients whose view has nothing of the family.
    'when-all-down': 'nodata',
  })
}
