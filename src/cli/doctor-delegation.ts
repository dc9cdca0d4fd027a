// Whether the world finds a zone: what its parent has of it, glue, and whether its name servers answer by both transports.
import { formatAddress } from '../dns/address.js'
import type { Message } from '../dns/message.js'
import { formatName, isWithin, parseName } from '../dns/name.js'
import { RCODE, rcodeName, TYPE } from '../dns/numbers.js'
import { formatRdata } from '../dns/rdata.js'
import {
  type AskServer,
  askByTcp,
  askServer,
  type Parent,
  parentOf,
  resolve,
  type Server,
} from '../node/parent-watch.js'
import type { Finding } from './doctor-finding.js'

export interface ZoneToFind {
  /** Without the final dot, as are all names here. */
  readonly zone: string
  /** None where they are in the zone's file. */
  readonly nameservers: readonly string[]
  readonly isSigned: boolean
  /** Addresses that the zone itself has of name servers within it. */
  readonly own: ReadonlyMap<string, readonly string[]>
}

export interface Surroundings {
  readonly resolver: Server
  /** Where name servers listen. */
  readonly port: number
}

/** @throws Error in words where the parent cannot be found */
export async function delegationFindings(zone: ZoneToFind, around: Surroundings): Promise<readonly Finding[]> {
  const parent = await parentOf(parseName(`${zone.zone}.`), around.resolver, askServer)
  const referral = await askParent(zone, parent, around)
  const about = `delegation of ${zone.zone}`
  const delegated = namesIn(referral, zone.zone)
  if (delegated.length === 0)
    return [
      {
        state: 'bad',
        about,
        what: `${nameOf(parent)} does not delegate it (${rcodeName(referral.rcode)})`,
        advice: `at the registrar, or in the zone above, enter the name servers ${zone.nameservers.join(', ')}${glueAdvice(zone)}`,
      },
    ]
  const glue = gluesIn(referral)
  return [
    ...nameFindings(zone, delegated, nameOf(parent)),
    ...delegated.flatMap(name => glueFindings(zone, name, glue.get(name) ?? [])),
    ...(await dsFindings(zone, parent, around)),
    ...(await serverFindings(zone, [...new Set([...delegated, ...zone.nameservers])], glue, around)),
  ]
}

const nameOf = ({ zone }: Parent): string => (zone.length === 1 ? 'the root' : formatName(zone).replace(/\.$/, ''))

const ask = (server: Server, zone: string, type: number, by: AskServer = askServer): Promise<Message> =>
  by(server, { name: parseName(`${zone}.`), type, recursionDesired: false })

/** The first of the parent's servers that speaks. */
async function askParent(
  { zone }: ZoneToFind,
  parent: Parent,
  { port }: Surroundings,
  type: number = TYPE.NS,
): Promise<Message> {
  let why = `${nameOf(parent)} has no servers`
  for (const host of parent.servers.flatMap(([, addresses]) => addresses)) {
    try {
      return await ask({ host, port }, zone, type)
    } catch (error) {
      why = error instanceof Error ? error.message : String(error)
    }
  }
  throw new Error(why)
}

/** As a referral has them, or the answer of a server that has the zone itself as well. */
function namesIn({ answers, authorities, rcode }: Message, zone: string): readonly string[] {
  if (rcode !== RCODE.NOERROR) return []
  const owner = `${zone}.`.toLowerCase()
  return [...answers, ...authorities]
    .filter(record => record.type === TYPE.NS && formatName(record.owner).toLowerCase() === owner)
    .map(({ rdata }) => plain(formatRdata(TYPE.NS, rdata)))
}

const plain = (name: string): string => name.replace(/\.$/, '').toLowerCase()

function gluesIn({ additionals }: Message): ReadonlyMap<string, readonly string[]> {
  const glue = new Map<string, string[]>()
  for (const { type, owner, rdata } of additionals)
    if (type === TYPE.A || type === TYPE.AAAA) {
      const name = plain(formatName(owner))
      glue.set(name, [...(glue.get(name) ?? []), formatAddress(rdata)])
    }
  return glue
}

const isInside = (zone: string, name: string): boolean => isWithin(parseName(`${name}.`), parseName(`${zone}.`))

const glueAdvice = ({ zone, nameservers, own }: ZoneToFind): string => {
  const inside = nameservers.filter(name => isInside(zone, name))
  const glue = inside.map(name => `${name} ${(own.get(name) ?? []).join(', ')}`)
  return glue.length === 0 ? '' : `, with their addresses (glue): ${glue.join('; ')}`
}

function nameFindings(
  { zone, nameservers }: ZoneToFind,
  delegated: readonly string[],
  parent: string,
): readonly Finding[] {
  const about = `delegation of ${zone}`
  if (nameservers.length === 0) return [{ state: 'good', about, what: `${parent} names ${delegated.join(', ')}` }]
  const missing = nameservers.filter(name => !delegated.includes(name))
  const extra = delegated.filter(name => !nameservers.includes(name))
  const findings: Finding[] = []
  if (missing.length > 0)
    findings.push({
      state: 'warning',
      about,
      what: `${missing.join(', ')} of the zone ${missing.length === 1 ? 'is' : 'are'} not known to ${parent}`,
      advice: 'add them at the registrar, or take them out of the nameservers of the zone: both should have the same',
    })
  if (extra.length > 0)
    findings.push({
      state: 'bad',
      about,
      what: `${parent} sends resolvers to ${extra.join(', ')}, which the zone does not name`,
      advice: 'take them away at the registrar, or add them to the nameservers of the zone if they serve it',
    })
  if (new Set(delegated).size < 2)
    findings.push({
      state: 'warning',
      about,
      what: 'it has one name server',
      advice: 'run a second node elsewhere, and delegate to both: with one that is away the zone is gone',
    })
  if (findings.length === 0)
    findings.push({ state: 'good', about, what: `${parent} names ${delegated.join(', ')}, as the zone does` })
  return findings
}

/** Names within the zone can only be found by the addresses that the parent has of them. */
function glueFindings({ zone, own }: ZoneToFind, name: string, glue: readonly string[]): readonly Finding[] {
  if (!isInside(zone, name)) return []
  const about = `glue of ${name}`
  const known = own.get(name) ?? glue
  if (glue.length === 0)
    return [
      {
        state: 'bad',
        about,
        what: 'the parent has no address for it, and without one it cannot be found',
        advice: `enter its addresses at the registrar (host or glue records): ${known.join(', ')}`,
      },
    ]
  const differ = [...glue, ...known].filter(address => !glue.includes(address) || !known.includes(address))
  return differ.length === 0
    ? [{ state: 'good', about, what: glue.join(', ') }]
    : [
        {
          state: 'bad',
          about,
          what: `the parent has ${glue.join(', ')}, the zone has ${known.join(', ') || 'none'}`,
          advice: 'make them equal: correct the host records at the registrar, or the A and AAAA records of the zone',
        },
      ]
}

/** A DS over a zone that is not signed makes it bogus: nobody who validates gets an answer. */
async function dsFindings(zone: ZoneToFind, parent: Parent, around: Surroundings): Promise<readonly Finding[]> {
  if (zone.isSigned) return []
  const { answers } = await askParent(zone, parent, around, TYPE.DS)
  return answers.some(({ type }) => type === TYPE.DS)
    ? [
        {
          state: 'bad',
          about: `DS of ${zone.zone}`,
          what: 'the parent says that it is signed, and it is not: resolvers that validate answer nothing of it',
          advice:
            'have the registrar take the DS away, or sign the zone ("dnssec: true") and give the parent its new DS',
        },
      ]
    : []
}

/** Each address of each name server, by UDP and by TCP. */
async function serverFindings(
  { zone, own }: ZoneToFind,
  names: readonly string[],
  glue: ReadonlyMap<string, readonly string[]>,
  { resolver, port }: Surroundings,
): Promise<readonly Finding[]> {
  const found = await Promise.all(
    names.map(async name => {
      const known = glue.get(name) ?? own.get(name)
      const both =
        known ??
        (await Promise.all([TYPE.A, TYPE.AAAA].map(type => resolve(resolver, parseName(`${name}.`), type, askServer))))
          .flat()
          .map(formatAddress)
      if (both.length === 0)
        return [
          {
            state: 'bad' as const,
            about: name,
            what: 'it has no address',
            advice: 'give it an A record, and an AAAA record if it has IPv6',
          },
        ]
      return (await Promise.all(both.map(host => reachable(zone, name, { host, port })))).flat()
    }),
  )
  return found.flat()
}

async function reachable(zone: string, name: string, server: Server): Promise<readonly Finding[]> {
  const about = `${name} (${server.host})`
  const ways = [
    ['UDP', askServer],
    ['TCP', askByTcp],
  ] as const
  const findings = await Promise.all(
    ways.map(async ([way, by]): Promise<Finding> => {
      try {
        const { authoritative, rcode } = await ask(server, zone, TYPE.SOA, by)
        if (authoritative && rcode === RCODE.NOERROR) return { state: 'good', about, what: `answers by ${way}` }
        return {
          state: 'bad',
          about,
          what: `answers by ${way}, but not for ${zone} (${rcodeName(rcode)})`,
          advice: 'it must serve the zone: see that its document has it, and that nothing else listens at that address',
        }
      } catch {
        return {
          state: 'bad',
          about,
          what: `does not answer by ${way} from here`,
          advice: `open port ${server.port} for ${way} in each firewall and security group before it; behind NAT forward it; both are needed, since answers that do not fit come by TCP`,
        }
      }
    }),
  )
  const [udp, tcp] = findings
  return udp!.state === 'good' && tcp!.state === 'good'
    ? [{ state: 'good', about, what: 'answers by UDP and TCP' }]
    : findings
}
