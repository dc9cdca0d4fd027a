// Every kind of difference between Meridian and the servers that it is compared with, and why it is there.
import { equalNames, isWithin, type Name, nameKey, parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { MAX_LINKS } from '../../src/snapshot/names.js'
import type { Case, Rule } from './judge.js'
import { PEER_NAMES } from './peers.js'
import type { Reply } from './reply.js'
import { linesOf, zoneOf } from './zones.js'

const SECTIONS = ['answer', 'authority', 'additional'] as const

/** RFC 8914 §2: at any time, beside any answer. */
const extendedErrors: Rule = {
  id: 'extended-errors',
  peers: ['BIND', 'NSD'],
  what: 'Which extended errors stand beside refusals and failures.',
  why: 'RFC 8914 §2 lets each server choose: they are words for people who look for a fault.',
  without: ({ ours, theirs }) => {
    const bare = (reply: Reply): Reply => ({ ...reply, opt: reply.opt.replaceAll(' option 15', '') })
    return ours.opt === theirs.opt ? undefined : { ours: bare(ours), theirs: bare(theirs) }
  },
}

/** Bytes that a reply may have. */
const limitOf = ({ question: { way } }: Case): number =>
  way.tcp ? 65535 : Math.min(1232, Math.max(512, way.edns?.udpSize ?? 0))

const truncated: Rule = {
  id: 'truncated',
  peers: PEER_NAMES,
  what: 'Of an answer that does not fit, BIND and NSD send what fits, Knot DNS the aliases that lead to it. Ours has the question and the OPT record only.',
  why: 'RFC 2181 §9: who sees TC asks again by TCP and uses nothing of it. The less is sent, the less can be aimed at a victim.',
  without: ({ ours, theirs }) => {
    if (!ours.tc || !theirs.tc || SECTIONS.some(section => ours[section].length > 0)) return undefined
    return { ours, theirs: { ...theirs, answer: [], authority: [], additional: [] } }
  },
}

const compression: Rule = {
  id: 'compression',
  peers: PEER_NAMES,
  what: 'Close to the limit an answer by UDP fits for one server and not for another.',
  why: 'RFC 1035 §4.1.4 lets each compress names as it likes. Ours are not compressed in the aliases that it follows; others do not compress across letter case, or stop earlier in a chain. By TCP the answers are the same.',
  without: one => {
    const { question, ours, theirs } = one
    if (question.way.tcp || ours.tc === theirs.tc || Math.max(ours.size, theirs.size) * 2 < limitOf(one))
      return undefined
    const { tc, rcode, answer, authority, additional } = ours
    return {
      ours,
      theirs: {
        ...theirs,
        tc,
        rcode: theirs.rcode === 'SERVFAIL' ? theirs.rcode : rcode,
        answer,
        authority,
        additional,
      },
    }
  },
}

const any: Rule = {
  id: 'any',
  peers: PEER_NAMES,
  what: 'For ANY the others send all record sets of the name, or another one. Ours sends its first.',
  why: 'RFC 8482 §4.1: one is enough, and keeps the answer small.',
  without: ({ question, ours, theirs }) => {
    if (question.type !== TYPE.ANY || ours.answer.length === 0) return undefined
    if (new Set(ours.answer.map(typeOf)).size !== 1) return undefined
    const { answer, authority, additional, tc } = ours
    return { ours, theirs: { ...theirs, answer, authority, additional, tc } }
  },
}

const repeated: Rule = {
  id: 'repeated-records',
  peers: ['Knot DNS', 'NSD'],
  what: 'A record that two parts of an answer lead to is sent twice by Knot DNS and NSD.',
  why: 'RFC 2181 §5: a set has no record twice.',
  without: ({ ours, theirs }) => {
    const once = (reply: Reply): Reply => ({
      ...reply,
      answer: [...new Set(reply.answer)],
      additional: [...new Set(reply.additional)],
    })
    const less = once(theirs)
    const size = ({ answer, additional }: Reply): number => answer.length + additional.length
    return size(less) === size(theirs) ? undefined : { ours, theirs: less }
  },
}

/** What the reply speaks of: each word of the data of its records. */
const spokenOf = ({ answer, authority }: Reply): readonly string[] =>
  [...answer, ...authority].flatMap(line => line.split(' ').slice(3))

/** What only the first one has in its additional section; undefined where the other has something else there. */
function extraAddresses(more: Reply, less: Reply): readonly string[] | undefined {
  if (!less.additional.every(line => more.additional.includes(line))) return undefined
  const extra = more.additional.filter(line => !less.additional.includes(line))
  const spoken = spokenOf(more)
  const areAddresses = extra.every(line => ['A', 'AAAA'].includes(typeOf(line)) && spoken.includes(ownerOf(line)))
  return extra.length > 0 && areAddresses ? extra : undefined
}

const fewerAddresses: Rule = {
  id: 'fewer-addresses',
  peers: ['BIND', 'NSD'],
  what: 'To NS, MX and SRV records ours adds the addresses that the zone has for their targets, as Knot DNS does. BIND leaves out those that are not glue of the delegated zone, NSD as it is set up here all that are not needed.',
  why: 'RFC 1034 §4.3.2 step 6: they are useful, and who misses them asks.',
  without: one => {
    const { world, ours, theirs } = one
    const extra = extraAddresses(ours, theirs)
    if (extra === undefined || !extra.every(line => linesOf(world).has(line))) return undefined
    return { ours, theirs: { ...theirs, additional: ours.additional } }
  },
}

/** Whether a wildcard of the zones makes a line: what it has, under the name that was asked for. */
function isMade(line: string, lines: ReadonlySet<string>): boolean {
  const [owner = '', ...rest] = line.split(' ')
  const labels = owner.split('.')
  return labels.some((_, i) => i > 0 && lines.has([`*.${labels.slice(i).join('.')}`, ...rest].join(' ')))
}

const otherAddresses: Rule = {
  id: 'more-addresses',
  peers: PEER_NAMES,
  what: 'Which addresses come along with MX, SRV and NS. Ours are those of all zones that are served here, those that a wildcard makes among them, in whole sets as long as they fit. BIND and NSD leave out those that a wildcard makes, Knot DNS those of other zones.',
  why: 'RFC 1034 §4.3.2 step 6, RFC 2181 §9: no address has to be there but the glue of a referral.',
  without: one => {
    const { world, ours, theirs } = one
    const own = extraAddresses(ours, theirs)?.every(line => linesOf(world).has(line) || isMade(line, linesOf(world)))
    if (own !== true && extraAddresses(theirs, ours) === undefined) return undefined
    return { ours, theirs: { ...theirs, additional: ours.additional } }
  },
}

/** The end of the chain of aliases in an answer: the last target, and the owner of the alias that led there. */
function endOf({ question }: Case, { answer }: Reply): { target: Name; from: Name; links: number } {
  const targets = new Map(
    answer.filter(line => typeOf(line) === 'CNAME').map(line => [nameKey(parseName(ownerOf(line))), line]),
  )
  let target = question.name
  let from = question.name
  let links = 0
  for (; links < targets.size; links++) {
    const line = targets.get(nameKey(target))
    if (line === undefined) break
    from = target
    target = parseName(line.split(' ')[3]!)
  }
  return { target, from, links }
}

/** Whether the chain ends in a name of which the reply says nothing more. */
const isLeft = ({ target }: { target: Name }, { answer, authority }: Reply): boolean =>
  authority.length === 0 && !answer.some(line => equalNames(parseName(ownerOf(line)), target))

const crossZone: Rule = {
  id: 'aliases-across-zones',
  peers: ['BIND', 'Knot DNS'],
  what: 'An alias leads into another zone that is served here: ours goes on with what that zone says, as NSD does. BIND and Knot DNS stop, or refer to it.',
  why: 'RFC 1034 §4.3.2 step 3a goes back to step 1, so ours is what it asks for; and the resolver is spared a question.',
  without: one => {
    const { world, ours, theirs } = one
    const end = endOf(one, theirs)
    const there = zoneOf(world, end.target)
    if (end.links === 0 || there === undefined || there === zoneOf(world, end.from)) return undefined
    const refers = theirs.authority.every(
      line => typeOf(line) === 'NS' && equalNames(parseName(ownerOf(line)), there.name),
    )
    if (!isLeft(end, theirs) && !refers) return undefined
    if (!theirs.answer.every(line => ours.answer.includes(line))) return undefined
    const { rcode, answer, authority, additional } = ours
    return { ours, theirs: { ...theirs, rcode, answer, authority, additional } }
  },
}

const longChains: Rule = {
  id: 'long-chains',
  peers: PEER_NAMES,
  what: 'Ours follows 16 aliases, BIND 11 and then says SERVFAIL, Knot DNS 5, NSD as many as there are.',
  why: 'RFC 1034 §5.2.2 knows no number. The resolver goes on where an answer stops.',
  without: one => {
    const { ours, theirs } = one
    const [end, own] = [endOf(one, theirs), endOf(one, ours)]
    const theyStop = end.links >= 5 && isLeft(end, theirs) && (ours.tc || own.links > end.links || !isLeft(own, ours))
    const weStop = own.links === MAX_LINKS && isLeft(own, ours) && end.links > own.links
    if (!theyStop && !weStop) return undefined
    const { rcode, aa, answer, authority, additional, tc } = ours
    return { ours, theirs: { ...theirs, rcode, aa, answer, authority, additional, tc } }
  },
}

const loops: Rule = {
  id: 'alias-loops',
  peers: ['BIND'],
  what: 'Of aliases that lead back to one another ours sends each once. BIND says SERVFAIL beside them.',
  why: 'RFC 1034 §3.6.2: loops are errors of a zone, to be signalled to the client; RFC 2308 leaves NOERROR with the aliases, which every resolver takes for a loop. SERVFAIL would make it ask the other servers too.',
  without: one => {
    const { ours, theirs } = one
    const leadsBack = ours.answer.some(line => equalNames(parseName(ownerOf(line)), endOf(one, ours).target))
    return theirs.rcode === 'SERVFAIL' && ours.rcode === 'NOERROR' && (leadsBack || (ours.tc && theirs.tc))
      ? { ours, theirs: { ...theirs, rcode: 'NOERROR' } }
      : undefined
  },
}

const ttls: Rule = {
  id: 'ttl-of-a-set',
  peers: PEER_NAMES,
  what: 'Where the records of a set are written with different TTLs, ours all get the lowest. BIND takes the first, Knot DNS the last, NSD serves them as they are.',
  why: 'RFC 2181 §5.2: they are to be treated as the lowest.',
  without: ({ ours, theirs }) => {
    const bare = (lines: readonly string[]): string =>
      lines
        .map(line => line.replace(/ \d+ /, ' '))
        .sort()
        .join('\n')
    const lowest = Math.min(...theirs.answer.map(ttlOf))
    const isLowest = ours.answer.every(line => ttlOf(line) <= lowest)
    return ours.answer.length > 1 && bare(ours.answer) === bare(theirs.answer) && isLowest
      ? { ours, theirs: { ...theirs, answer: ours.answer } }
      : undefined
  },
}

const defaultTtl: Rule = {
  id: 'no-ttl',
  peers: ['Knot DNS', 'NSD'],
  what: 'A zone file that names no TTL at all: ours takes the minimum of the SOA, as BIND does; Knot DNS and NSD take an hour.',
  why: 'RFC 1035 §5.1 says of omitted TTLs only that the last one is meant. RFC 1035 §3.3.13 made the minimum the default; RFC 2308 §4 ended that, without naming another.',
  without: ({ ours, theirs }) => {
    const hour = (lines: readonly string[]): readonly string[] => lines.map(line => line.replace(/ 3600 /, ' 0 '))
    if (![...ours.answer, ...ours.authority].every(line => ttlOf(line) === 0)) return undefined
    return { ours, theirs: { ...theirs, answer: hour(theirs.answer), authority: hour(theirs.authority) } }
  },
}

const tooLong: Rule = {
  id: 'dname-too-long',
  peers: ['Knot DNS'],
  what: 'Where a DNAME would make a name longer than 255 bytes, ours says YXDOMAIN, as BIND and NSD do; Knot DNS says NXDOMAIN.',
  why: 'RFC 6672 §2.2 asks for YXDOMAIN.',
  without: ({ ours, theirs }) =>
    ours.rcode === 'YXDOMAIN' && theirs.rcode === 'NXDOMAIN' && ours.authority.length === 0
      ? { ours, theirs: { ...theirs, rcode: ours.rcode, authority: ours.authority } }
      : undefined,
}

const undelegated: Rule = {
  id: 'undelegated-child',
  peers: ['BIND', 'Knot DNS'],
  what: 'A zone lies below another one that does not delegate it: for ours the names between them exist, for BIND and Knot DNS they do not.',
  why: 'RFC 8020: who is told NXDOMAIN of a name believes that nothing is below it, and then the lower zone is gone for him.',
  without: one => {
    const { world, question, ours, theirs } = one
    const below = world.zones.some(({ name }) => isWithin(name, question.name))
    return below && ours.rcode === 'NOERROR' && theirs.rcode === 'NXDOMAIN'
      ? { ours, theirs: { ...theirs, rcode: ours.rcode } }
      : undefined
  },
}

const dsInGap: Rule = {
  id: 'ds-across-a-gap',
  peers: PEER_NAMES,
  what: 'The DS of a zone that is served here, as is the zone two above, but not the one between: ours says that it has none, the others refer to the zone between.',
  why: 'RFC 4035 §3.1.4.1: who has the zone and not its parent answers from the zone.',
  without: ({ world, question, ours, theirs }) => {
    const isApex = zoneOf(world, question.name)?.name.length === question.name.length
    if (question.type !== TYPE.DS || !isApex || !ours.aa || theirs.aa || theirs.answer.length > 0) return undefined
    return { ours, theirs: { ...theirs, aa: true, authority: ours.authority, additional: ours.additional } }
  },
}

const ownerOf = (line: string): string => line.slice(0, line.indexOf(' '))
const typeOf = (line: string): string => line.split(' ')[2] ?? ''
const ttlOf = (line: string): number => Number(line.split(' ')[1])

/** In the order in which they are tried. */
export const RULES: readonly Rule[] = [
  extendedErrors,
  truncated,
  any,
  ttls,
  defaultTtl,
  tooLong,
  undelegated,
  dsInGap,
  crossZone,
  longChains,
  loops,
  compression,
  repeated,
  fewerAddresses,
  otherAddresses,
]
