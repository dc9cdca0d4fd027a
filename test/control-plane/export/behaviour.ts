// What a document answers, as facts that two documents can be compared by: for every name and type, kind of client, and
// addresses that are down, who gets which addresses, with what share. Made by the parts that settle real answers.
import type { ClientClass } from '../../../src/control-plane/geo/client-class.js'
import { endpoints } from '../../../src/control-plane/health/endpoints.js'
import type { Health } from '../../../src/control-plane/health/health.js'
import { preparePolicy } from '../../../src/control-plane/policies/policy.js'
import { allContents } from '../../../src/control-plane/publish/all-zones.js'
import { regionStates, served } from '../../../src/control-plane/publish/region-states.js'
import { type Choice, settle } from '../../../src/control-plane/publish/settle.js'
import { standings } from '../../../src/control-plane/publish/standing.js'
import { contentsOf, staticRest } from '../../../src/control-plane/publish/static-view.js'
import { SteeringTable } from '../../../src/control-plane/publish/steerings.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { formatName } from '../../../src/dns/name.js'
import { typeName } from '../../../src/dns/numbers.js'
import { formatRdata } from '../../../src/dns/rdata.js'

/** By `name TYPE`: in words what is answered. */
export type Answers = ReadonlyMap<string, string>

const TYPES = { 4: 'A', 6: 'AAAA', target: 'CNAME' } as const

/** Health in which these addresses, or targets, are down, as far as anything looks at them. */
export function healthWith(document: TrafficDocument, down: ReadonlySet<string>): Health {
  const isLookedAt = (checks: readonly string[]): boolean =>
    checks.some(id => {
      const { enabled, observe } = document.checks.get(id)!
      return enabled !== false && observe !== true
    })
  return new Map(
    [...document.regions.values()].map(region => [
      region.id,
      endpoints(region).map(({ text, canonical }) => ({
        address: text,
        up: !(isLookedAt(region.checks) && down.has(canonical)),
        since: 0,
        changeInMs: Infinity,
        checks: [],
      })),
    ]),
  )
}

/** Answers of steered names, while these addresses are down, to one client. */
export type Asked = (down: ReadonlySet<string>) => (client: ClientClass) => Answers

/** What does not depend on who asks is done once. */
export function steeredAnswers(document: TrafficDocument): Asked {
  const steerings = [...document.zones.values()].flatMap(zone =>
    zone.steered.flatMap(record => {
      const table = new SteeringTable(document)
      table.entries(record)
      return table.specs.map(spec => ({
        ...spec,
        key: `${formatName(record.owner)} ${TYPES[spec.gives]}`,
        policy: preparePolicy(spec.map.policy, spec.map.candidates, spec.map.tables),
      }))
    }),
  )
  return down => {
    const health = healthWith(document, down)
    const now = steerings.map(({ key, gives, map, sharing, record, policy }) => {
      const states = regionStates(document, health, gives, new Map(), 0)
      const candidates = standings(
        map.candidates.map(({ id }) => states.get(id)!),
        sharing,
      )
      const fallback = record.fallback.map(id => ({ ...states.get(id)!, leave: 0, serves: false }))
      const placeOf = new Map(map.candidates.map(({ id }, place) => [id, place]))
      const givenBy = (id: string): string => {
        const region = document.regions.get(id)
        const given = region === undefined ? id.split(' ') : served(region, health, gives).map(one => one.canonical)
        return given.sort().join('+')
      }
      const known = new Map<string, string>()
      return (client: ClientClass): readonly [string, string] => {
        const { tiers, inside } = policy.rank(client)
        const places = tiers.map(tier => tier.map(({ id }) => placeOf.get(id)!))
        const words = JSON.stringify([places, inside])
        const answer =
          known.get(words) ?? told(settle({ tiers: places, inside }, candidates, fallback, record, sharing), givenBy)
        known.set(words, answer)
        return [key, answer]
      }
    })
    return client => new Map(now.map(ask => ask(client)))
  }
}

/** `{ 192.0.2.1+192.0.2.2: 50 %, 192.0.2.3: 50 % }`: what an answer holds, and how often. */
function told({ members: all, take, ttl }: Choice, givenBy: (id: string) => string): string {
  // Those that share no clients are in no answer that holds one region.
  const members = take === 1 ? all.filter(({ weight }) => weight > 0 || all.every(other => other.weight === 0)) : all
  if (members.length === 0) return 'nothing'
  if (take >= members.length)
    return `${ttl} s: ${members
      .flatMap(({ id }) => givenBy(id).split('+'))
      .sort()
      .join('+')}`
  const groups: string[] = []
  for (let group = 0, left = take; left > 0; group++) {
    const own = members.filter(member => member.group === group)
    const sum = own.reduce((total, { weight }) => total + weight, 0)
    const shares = own.map(({ id, weight }) => `${givenBy(id)}: ${Math.round((weight / sum) * 1000) / 10} %`)
    groups.push(`${Math.min(left, own.length)} of ${shares.sort().join(', ')}`)
    left -= own.length
  }
  return `${ttl} s: ${groups.join('; then ')}`
}

/** Steered names, and beside them what is the same for everybody, in the same words: nobody sees which of the two a name is. */
export function allAnswers(document: TrafficDocument): Asked {
  const [fixed, ask] = [staticAnswers(document), steeredAnswers(document)]
  return down => {
    const asked = ask(down)
    return client => new Map([...fixed, ...asked(client)])
  }
}

/** All that is the same for everybody, the SOA aside; aliases as what they stand for. */
function staticAnswers(document: TrafficDocument): Answers {
  const contents = allContents(document)
  const sets = new Map<string, string[]>()
  for (const zone of document.zones.values()) {
    const { nameservers, records } = staticRest({ ...zone, aliases: [] }, document, contents)
    for (const { owner, type, ttl, rdata } of contentsOf({
      origin: zone.origin,
      head: [...nameservers, ...records],
      file: zone.file,
    })) {
      const key = `${formatName(owner)} ${typeName(type)}`
      sets.set(key, [...(sets.get(key) ?? []), `${ttl} s: ${formatRdata(type, rdata)}`])
    }
  }
  return new Map([...sets].map(([key, values]) => [key, withOneTtl(values)]))
}

/** `30 s: 192.0.2.1+192.0.2.2`, as what a steered name gives is told. */
function withOneTtl(values: readonly string[]): string {
  const [first = ''] = values
  const ttl = first.slice(0, first.indexOf(': ') + 2)
  const data = values.map(value => (value.startsWith(ttl) ? value.slice(ttl.length) : value))
  return ttl + data.sort().join('+')
}

/** The names, without their final dot, of which the two answer differently, each `name TYPE`. */
export function differences(one: Answers, other: Answers): readonly string[] {
  const keys = new Set([...one.keys(), ...other.keys()])
  const [given, givenOther] = [withNoData(one), withNoData(other)]
  return [...keys].filter(key => given(key) !== givenOther(key))
}

/** A name that is there has no data of a type that it never has, and of one that it has just now not. */
function withNoData(answers: Answers): (key: string) => string | undefined {
  const nameOf = (key: string): string => key.slice(0, key.indexOf(' '))
  const names = new Set([...answers.keys()].map(nameOf))
  return key => answers.get(key) ?? (names.has(nameOf(key)) ? 'nothing' : undefined)
}
