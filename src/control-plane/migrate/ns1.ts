// Zones of NS1 as a traffic document: records with filters as steered names, each answer a region, the chain a policy.
import { isDeepStrictEqual } from 'node:util'
import { isMap } from '../traffic/edit-value.js'
import { Draft, type Migrated, type Written } from './draft.js'
import { mailboxOf, ownerIn, withDot } from './names.js'
import { stepsOf } from './ns1-chain.js'
import { migrateJobs } from './ns1-checks.js'
import type { Ns1Member } from './ns1-filters.js'
import { goesByOrders, orderSteps } from './ns1-orders.js'
import type { Ns1, Ns1Answer, Ns1Record } from './ns1-records.js'
import { dataOfWords } from './record-words.js'

/** Types whose answers can be chosen. */
const STEERED: readonly string[] = ['A', 'AAAA', 'CNAME', 'ALIAS']

export function migrateNs1(told: Ns1): Migrated {
  const draft = new Draft()
  const checkIds = migrateJobs(told, draft)
  for (const zone of told.zones) migrateZone(draft, zone)
  const byName = new Map<string, Ns1Record[]>()
  for (const record of told.records) {
    const linked = resolved(draft, record, told.records)
    const { zone, domain } = record
    const owner = ownerIn(zone, domain)
    if (linked === undefined) continue
    if (owner === undefined) draft.lose(whereOf(record), `left out: it is not in the zone ${zone}`)
    else if (isSteered(linked)) byName.set(domain, [...(byName.get(domain) ?? []), linked])
    else migratePlain(draft, owner, linked)
  }
  const known = new Set(told.zones.map(({ zone }) => String(zone)))
  for (const zone of new Set(told.records.map(({ zone }) => zone)))
    if (!known.has(zone)) draft.lose(zone, 'its name servers are not here: add what the API tells of the zone itself')
  const checkOf = (feed: string): string | undefined => checkIds.get(told.feeds.get(feed) ?? '')
  for (const sets of byName.values()) migrateSteered(draft, sets, checkOf)
  return draft.finish()
}

const whereOf = ({ domain, type }: Ns1Record): string => `${domain} ${type}`

const isSteered = ({ filters, type, answers }: Ns1Record): boolean =>
  STEERED.includes(type) && filters.length > 0 && answers.length > 0

function migrateZone(draft: Draft, said: Written): void {
  const zone = String(said['zone'])
  const seconds = (key: string): string | undefined => (typeof said[key] === 'number' ? `${said[key]}s` : undefined)
  const { dns_servers: servers, hostmaster } = said
  if (Array.isArray(servers)) draft.setZone(zone, 'nameservers', servers.map(String))
  draft.setZone(zone, 'negative-ttl', seconds('nx_ttl') ?? '60s')
  draft.setZone(zone, 'soa', {
    ...(typeof hostmaster === 'string'
      ? { mailbox: hostmaster.includes('@') ? hostmaster : mailboxOf(hostmaster) }
      : {}),
    ...(seconds('refresh') === undefined
      ? {}
      : { refresh: seconds('refresh'), retry: seconds('retry'), expire: seconds('expiry') }),
  })
  draft.lose(zone, 'these are the name servers of NS1: put those of your own nodes in their place before you delegate')
  if (said['dnssec'] === true)
    draft.lose(
      zone,
      'it is signed by keys of NS1, which it does not give away: go unsigned first, or roll to keys of yours',
    )
}

/** The record that a linked one is the same as, under its own name. */
function resolved(draft: Draft, record: Ns1Record, all: readonly Ns1Record[]): Ns1Record | undefined {
  if (record.link === undefined) return record
  const other = all.find(
    ({ domain, type, link }) => domain === record.link && type === record.type && link === undefined,
  )
  if (other === undefined) {
    draft.lose(whereOf(record), `left out: it is linked to ${record.link}, whose ${record.type} is not here`)
    return undefined
  }
  draft.lose(
    whereOf(record),
    `it was linked to ${record.link}: a copy now, which does not follow when that one changes`,
  )
  return { ...other, zone: record.zone, domain: record.domain }
}

function migratePlain(draft: Draft, owner: string, record: Ns1Record): void {
  const { zone, type, ttl, answers, filters, short } = record
  const where = whereOf(record)
  if (type === 'NS' && owner === '@') return // what the zone says itself
  if (short && answers.length > 1 && STEERED.includes(type))
    draft.lose(where, 'all of its answers are given: if it has filters, add what the API tells of the record itself')
  if (filters.length > 0) draft.lose(where, `all of its answers are given: ${type} records are not chosen among here`)
  for (const { words } of answers) {
    const data = dataOfWords(type, words)
    if (data === undefined) draft.lose(where, `left out: ${JSON.stringify(words)} has no words here`)
    else draft.record(zone, owner, { type, data, ...(ttl === undefined ? {} : { ttl: `${ttl}s` }) })
  }
}

type CheckOf = (feed: string) => string | undefined

/** All sets of a name that are chosen among: where both families are alike, an answer of each is one region. */
function migrateSteered(draft: Draft, sets: readonly Ns1Record[], checkOf: CheckOf): void {
  const [first, ...others] = [...sets].sort((a, b) => (a.type < b.type ? -1 : 1))
  if (first === undefined) return
  const twins = others.filter(other => isTwin(first, other, checkOf))
  for (const other of others)
    if (!twins.includes(other))
      draft.lose(whereOf(other), `left out: it is not chosen as ${first.type} is, and a name is steered once`)
  const owner = ownerIn(first.zone, first.domain)!
  const where = whereOf(first)
  const members = first.answers.flatMap((answer, i) => {
    const texts = [answer, ...twins.map(twin => twin.answers[i]!)].map(({ words }) => String(words[0]))
    return memberOf(draft, first, { answer, texts, number: i + 1, checkOf })
  })
  if (members.length === 0) return
  const steps = goesByOrders(first.filters, members) ? orderSteps : stepsOf
  const policy = draft.policy(
    `${owner === '@' ? first.zone : owner}-chain`,
    steps(first.filters, members, draft, where),
  )
  draft.record(first.zone, owner, {
    steer: policy,
    regions: [...new Set(members.map(({ region }) => region))],
    ...(first.ttl === undefined ? {} : { ttl: `${first.ttl}s` }),
    'when-all-down': 'nodata',
  })
}

/** Feeds of monitors that have become one check are the same. */
function isTwin(one: Ns1Record, other: Ns1Record, checkOf: CheckOf): boolean {
  const said = ({ answers }: Ns1Record): unknown =>
    answers.map(({ meta: { up, ...meta }, group }) => [
      isMap(up) ? (checkOf(String(up['feed'])) ?? up) : up,
      meta,
      group,
    ])
  return (
    one.type === 'A' &&
    other.type === 'AAAA' &&
    isDeepStrictEqual(one.filters, other.filters) &&
    isDeepStrictEqual(said(one), said(other))
  )
}

interface Wish {
  readonly answer: Ns1Answer
  /** The same answer in all types. */
  readonly texts: readonly string[]
  readonly number: number
  readonly checkOf: CheckOf
}

function memberOf(draft: Draft, record: Ns1Record, { answer, texts, number, checkOf }: Wish): readonly Ns1Member[] {
  const { type, domain, filters } = record
  const { meta, group } = answer
  const where = whereOf(record)
  const { up } = meta
  const checks: string[] = []
  // Without the filter "up" nobody asks for it.
  const asked = filters.some(({ filter }) => filter === 'up')
  if (asked && isMap(up)) {
    const check = checkOf(String(up['feed']))
    if (check === undefined)
      draft.lose(where, `the feed of ${texts.join(', ')} is of no monitor that is here: it is taken to be up`)
    else checks.push(check)
  }
  const out = asked && (up === false || up === 0 || up === '0')
  if (out) draft.lose(where, `${texts.join(', ')} is set down: its region is disabled`)
  const place = type === 'A' || type === 'AAAA' ? { addresses: texts } : { target: withDot(texts[0]!) }
  const label = group ?? domain.split('.')[0]!
  const wish = { ...place, checks, ...(out ? { enabled: false as const } : {}) }
  const region = draft.region(`${label}-${number}`, wish, where)
  return region === undefined ? [] : [{ region, meta, group }]
}
