// Zones of PowerDNS as a traffic document: its LUA records, as far as they can be said without running them.
import { formatName } from '../../dns/name.js'
import { clientsIn, isAmong, type Matcher } from './bind-clients.js'
import { Draft, type Migrated } from './draft.js'
import { type LuaExpression, type LuaStatement, readLua } from './lua.js'
import { networksFirst } from './networks.js'
import { type Answer, answerOf, type Choosing, type Naming } from './powerdns-answers.js'
import { networkOf, readCondition, wordsOf } from './powerdns-clients.js'
import { type LuaRecord, luaOf, type PowerdnsZone } from './powerdns-zone.js'
import { regionsIn, shareSteps, type Tiers, writtenRule, writtenTiers } from './tiers.js'
import { draftRecords } from './zone-records.js'

const CHOSEN: readonly string[] = ['A', 'AAAA', 'CNAME']

export function migratePowerdns(zones: readonly PowerdnsZone[]): Migrated {
  const draft = new Draft()
  for (const { zone, records, warnings } of zones) {
    for (const warning of warnings) draft.lose(zone, warning)
    const scripts = new Map<string, { name: string; ttl: number; records: LuaRecord[] }>()
    draftRecords(draft, records, {
      zone,
      special(owner, record) {
        const lua = luaOf(record)
        if (lua === undefined) return false
        const name = formatName(record.owner)
        const known = scripts.get(owner) ?? { name, ttl: record.ttl, records: [] }
        known.records.push(lua)
        scripts.set(owner, known)
        return true
      },
    })
    for (const [owner, { name, ttl, records: luas }] of scripts) draftScripts(draft, { zone, owner, name, ttl }, luas)
  }
  return draft.finish()
}

interface Named {
  readonly zone: string
  readonly owner: string
  readonly name: string
  /** Seconds. */
  readonly ttl: number
}

/** What all clients get, by client: the first branch that takes them. */
interface Script {
  readonly rules: ReadonlyMap<string, Tiers>
  readonly choosing: Choosing
}

/** Both families of a name are one steered record: a region of one family is no candidate for the other. */
function draftScripts(draft: Draft, named: Named, luas: readonly LuaRecord[]): void {
  const { zone, owner, name, ttl } = named
  const scripts = luas.flatMap((lua): readonly Script[] => {
    const where = `${name} LUA ${lua.type}`
    try {
      if (!CHOSEN.includes(lua.type)) throw new Error(`a ${lua.type} record is the same for everybody here`)
      return [scriptOf({ draft, where, name: owner === '@' ? zone : owner, type: lua.type }, readLua(lua.code))]
    } catch (error) {
      // Each step throws a sentence for people.
      draft.lose(where, `left out: ${error instanceof Error ? error.message : String(error)}`)
      return []
    }
  })
  const [first, ...others] = scripts
  if (first === undefined) return
  const alike = others.filter(({ choosing }) => JSON.stringify(choosing) === JSON.stringify(first.choosing))
  if (alike.length < others.length)
    draft.lose(name, 'its records choose in different ways: that of the first holds for all')
  const rules = withRegions(draft, name, merged(scripts))
  if (rules.size === 0) {
    draft.lose(name, 'left out: nobody gets anything')
    return
  }
  const steps = stepsOf(rules, first.choosing)
  draft.record(zone, owner, {
    steer: steps.length === 0 ? 'failover' : draft.policy(`${owner === '@' ? zone : owner}-lua`, steps),
    regions: [...new Set([...rules.values()].flatMap(regionsIn))],
    ttl: `${ttl}s`,
    'when-all-down': rules.has('*') ? 'first-choice' : 'nodata',
  })
}

function merged(scripts: readonly Script[]): ReadonlyMap<string, Tiers> {
  const clients = [...new Set(scripts.flatMap(({ rules }) => [...rules.keys()]))]
  return new Map(
    clients.map(client => {
      const all = scripts.map(({ rules }) => rules.get(client) ?? rules.get('*') ?? [])
      const depth = Math.max(...all.map(({ length }) => length))
      const tiers = Array.from({ length: depth }, (_, i) => {
        const tier = new Map(all.flatMap(one => one[i] ?? []).map(placed => [placed.region, placed]))
        return [...tier.values()]
      })
      return [client, tiers] as const
    }),
  )
}

/** Clients that get nothing: those of no other rule have none, others would need one without regions. */
function withRegions(draft: Draft, name: string, rules: ReadonlyMap<string, Tiers>): ReadonlyMap<string, Tiers> {
  for (const [client, tiers] of rules)
    if (tiers.length === 0 && client !== '*')
      draft.lose(name, `clients of ${client} got nothing, and fall under a broader rule now`)
  return new Map([...rules].filter(([, tiers]) => tiers.length > 0))
}

interface Branch {
  readonly matcher: Matcher
  readonly value: LuaExpression
}

function scriptOf(naming: Naming, statements: readonly LuaStatement[]): Script {
  const branches = branchesOf(statements, { kind: 'any' })
  const clients = [...new Set(branches.flatMap(({ matcher }) => clientsIn(matcher)))]
  const isNetwork = (client: string): boolean => client.includes('/')
  if (clients.some(isNetwork) && clients.some(client => !isNetwork(client)))
    naming.draft.lose(naming.where, 'networks go before places now, whichever it asked for first')
  if (clients.length > 0)
    naming.draft.lose(
      naming.where,
      'the network that a resolver tells of a client counts, as with "edns-subnet-processing=yes"',
    )
  const answers = new Map<LuaExpression, Answer>()
  const ruled = [...clients, '*'].flatMap(client => {
    const branch = branches.find(({ matcher }) => isAmong(matcher, client) === true)
    return branch === undefined ? [] : [[client, branch.value] as const]
  })
  for (const [, value] of ruled)
    if (!answers.has(value))
      answers.set(
        value,
        answerOf({ ...naming, name: `${naming.name}${answers.size === 0 ? '' : `-${answers.size + 1}`}` }, value),
      )
  const ways = new Set(
    [...answers.values()].map(({ choosing }) => JSON.stringify(choosing)).filter(way => way !== '"all"'),
  )
  if (ways.size > 1) throw new Error('its branches choose in different ways, and a policy chooses in one')
  const drawn = [...answers.values()].find(({ choosing }) => choosing !== 'all')
  return {
    rules: new Map(networksFirst(ruled).map(([client, value]) => [client, answers.get(value)!.tiers])),
    choosing: drawn?.choosing ?? 'all',
  }
}

/** In the order in which they are tried; `view` is a condition over networks too. */
function branchesOf(statements: readonly LuaStatement[], around: Matcher): readonly Branch[] {
  return statements.flatMap((statement): readonly Branch[] => {
    if (statement.kind === 'if')
      return statement.branches.flatMap(({ test, body }) =>
        branchesOf(body, test === undefined ? around : both(around, readCondition(test))),
      )
    const { value } = statement
    if (value.kind !== 'call' || value.name !== 'view') return [{ matcher: around, value }]
    const [table] = value.args
    if (table?.kind !== 'table') throw new Error('view() has a table')
    return table.list.map(pair => {
      const [networks, values] = pair.kind === 'table' ? pair.list : []
      if (networks === undefined || values === undefined) throw new Error('view() has pairs of networks and addresses')
      const elements = wordsOf(networks).map(text => ({ isNot: false, matcher: networkOf(text) }))
      return {
        matcher: both(around, { kind: 'list', elements }),
        value: { kind: 'call', name: 'pickrandom', args: [values] },
      }
    })
  })
}

/** A condition within another one would have to be both. */
function both(around: Matcher, inner: Matcher): Matcher {
  if (around.kind === 'any') return inner
  throw new Error('conditions within conditions are not known here')
}

function stepsOf(rules: ReadonlyMap<string, Tiers>, choosing: Choosing): readonly unknown[] {
  const lone = rules.size === 1 && rules.has('*')
  const everybody = rules.get('*') ?? []
  const several = [...rules.values()].flat().some(({ length }) => length > 1)
  const weights = shareSteps([...rules.values()]).slice(1)
  return [
    ...(lone
      ? []
      : [
          {
            geo: {
              rules: Object.fromEntries([...rules].map(([client, tiers]) => [client, writtenRule(tiers)])),
              others: 'drop-broader',
            },
          },
        ]),
    ...(lone && everybody.length > 1 ? [{ tier: writtenTiers(everybody) }] : []),
    ...(several ? [...WAYS[typeof choosing === 'object' ? 'sample' : choosing], ...weights] : []),
    ...(typeof choosing === 'object' ? [{ take: choosing.sample }] : []),
  ]
}

const WAYS: Readonly<Record<'all' | 'closest' | 'hashed' | 'random' | 'sample', readonly unknown[]>> = {
  all: [],
  closest: ['distance'],
  hashed: ['sticky'],
  random: ['round-robin'],
  sample: ['round-robin'],
}
