// A steered name as LUA records of PowerDNS, one of each type: conditions over where a client is, and what it then gets.
import { type ClientKey, EVERYBODY, namesAs, namesNetwork } from '../geo/client-key.js'
import { breadth } from '../geo/clients-of-keys.js'
import { endpoints, type Gives } from '../health/endpoints.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Order, type Plan, typesOf } from './plan.js'
import { type LuaCall, type LuaCheck, listed, luaCheckOf } from './powerdns-checks.js'
import { ttlOf } from './sets.js'
import type { Told } from './told.js'

export interface LuaSet {
  readonly type: string
  /** Seconds. */
  readonly ttl: number
  readonly code: string
}

export function luaOf(document: TrafficDocument, plan: Plan, told: Told): readonly LuaSet[] {
  const { name } = plan
  const given = typesOf(plan, told)
  if (given.length === 0) return []
  if (plan.isNear) told.lose(name, 'the nearest region is chosen by country, and was by place here')
  const ttl = ttlOf(plan, told)
  const check = luaCheckOf(document, plan, told)
  const way = wayOf(plan, told)
  if (plan.orders.size > 1)
    told.lose(name, 'where a client is, PowerDNS looks up in the databases of its own geoip backend')
  return given.map(([gives, type]) => {
    const values = new Values(plan, gives, check, way, told)
    const code = codeOf(plan, values, told)
    tellAllDown(plan, gives, values.allDown, told)
    return { type, ttl, code }
  })
}

/** How one of a tier is chosen. */
type Way = 'all' | 'hashed' | 'random' | { readonly sample: number }

function wayOf({ name, orders, sharing }: Plan, told: Told): Way {
  const tiers = [...orders.values()].flat()
  const isLone = [...orders.values()].every(({ length }) => length <= 1)
  if (sharing.take > 1) {
    if (isLone && sharing.take >= Math.max(...tiers.map(({ length }) => length))) return 'all'
    if (isLone && sharing.by === 'query') return { sample: sharing.take }
    told.lose(name, 'an answer has regions of one tier, and one of each, and could have more here')
    return sharing.take === Infinity ? 'all' : 'random'
  }
  if (tiers.every(({ length }) => length === 1)) return 'all'
  if (sharing.by === 'query') return 'random'
  told.lose(name, 'which of several equals a client network keeps is drawn anew')
  return 'hashed'
}

function codeOf({ name, orders }: Plan, values: Values, told: Told): string {
  const branches = new Map<string, { readonly clients: ClientKey[]; readonly value: string }>()
  for (const [key, order] of orders) {
    if (key.includes('-') && !namesNetwork(key)) {
      told.lose(name, `the rule for ${key} is left out: PowerDNS has no words for such clients here`)
      continue
    }
    const value = values.of(order)
    const group = `${breadth(key)} ${value}`
    const branch = branches.get(group) ?? { clients: [], value }
    branch.clients.push(key)
    branches.set(group, branch)
  }
  const all = [...branches.values()]
  const everybody = all.find(({ clients }) => clients.includes(EVERYBODY))!.value // every plan has it
  const others = all.filter(({ clients }) => !clients.includes(EVERYBODY))
  if (others.length === 0) return everybody
  const tests = others.map(({ clients, value }) => `if ${testOf(clients)} then return ${value}`)
  return `;${tests.join(' else')} else return ${everybody} end`
}

function testOf(clients: readonly ClientKey[]): string {
  const [first = ''] = clients
  if (namesNetwork(first)) return `netmask(${listed(clients)})`
  if (namesAs(first)) return `asnum({${clients.map(key => key.slice(2)).join(',')}})`
  if (first.startsWith('continent:')) return `continent(${listed(clients.map(key => key.slice('continent:'.length)))})`
  return `country(${listed(clients)})`
}

class Values {
  /** What there is where nothing is up; nothing where nothing is looked at. */
  readonly allDown = new Set<LuaCall['allDown']>()
  private readonly plan: Plan
  private readonly gives: Gives
  private readonly check: LuaCheck | undefined
  private readonly way: Way
  private readonly told: Told

  constructor(plan: Plan, gives: Gives, check: LuaCheck | undefined, way: Way, told: Told) {
    this.plan = plan
    this.gives = gives
    this.check = check
    this.way = way
    this.told = told
  }

  of(order: Order): string {
    const tiers = order
      .map(tier =>
        tier.map(share => ({ ...share, texts: this.textsOf(share.region) })).filter(({ texts }) => texts.length > 0),
      )
      .filter(({ length }) => length > 0)
    const [first] = tiers
    if (first === undefined) return '{}'
    if (this.way !== 'all' && tiers.some(tier => tier.some(({ texts }) => texts.length > 1)))
      this.told.lose(this.plan.name, 'an answer has one address of a region with several, and had all that are up here')
    const weighted = (tier: (typeof tiers)[number]): boolean => new Set(tier.map(({ weight }) => weight)).size > 1
    if (this.check !== undefined) {
      if (tiers.some(weighted))
        this.told.lose(
          this.plan.name,
          'equals have the same share, whatever their weights: PowerDNS has none for what it looks at',
        )
      const { code, allDown } = this.check.call(
        tiers.map(tier => tier.flatMap(({ texts }) => texts)),
        this.selector(),
      )
      this.allDown.add(allDown)
      return code
    }
    const texts = first.flatMap(one => one.texts)
    if (this.way === 'all') return texts.length === 1 ? `'${texts[0]}'` : listed(texts)
    if (typeof this.way === 'object') return `pickrandomsample(${this.way.sample}, ${listed(texts)})`
    const pick = this.way === 'random' ? 'random' : 'hashed'
    return weighted(first)
      ? `pickw${pick}({${first.flatMap(one => one.texts.map(text => `{${one.weight},'${text}'}`)).join(',')}})`
      : `pick${pick}(${listed(texts)})`
  }

  private selector(): string {
    if (typeof this.way === 'string') return this.way
    this.told.lose(this.plan.name, 'an answer has one region: of those that PowerDNS looks at it draws no more')
    return 'random'
  }

  private textsOf(region: Plan['regions'][number]): readonly string[] {
    return endpoints(region).flatMap(({ gives, canonical }) => (gives === this.gives ? [canonical] : []))
  }
}

function tellAllDown(
  { name, record, orders }: Plan,
  gives: Gives,
  allDown: ReadonlySet<LuaCall['allDown']>,
  told: Told,
): void {
  if (allDown.has('first'))
    told.lose(name, `when all are down, a client gets the first that it could have had; here: ${record.whenAllDown}`)
  const fallbacks = record.fallback.length > 0
  const isSame = record.whenAllDown === 'serve-all' && !fallbacks && orders.size === 1 && gives !== 'target'
  if (allDown.has('all') && !isSame)
    told.lose(name, `when all are down, a client gets all that it could have had; here: ${record.whenAllDown}`)
}
