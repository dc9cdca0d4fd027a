// Of what kinds a signed reply is, so that a proof can say that it has seen all of them.
import type { Message } from '../../src/dns/message.js'
import { equalNames, isWithin, labelCount, labels, type Name } from '../../src/dns/name.js'
import { RCODE, TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'

export const isReferral = ({ authorities }: Message): boolean =>
  authorities.some(({ type }) => type === TYPE.NS) && authorities.every(({ type }) => type !== TYPE.SOA)

/** To a zone that is said to be signed, and that nobody here has. */
export const isSecureReferral = (reply: Message): boolean => isReferral(reply) && has(reply.authorities, TYPE.DS)

const has = (section: Message['answers'], wanted: number): boolean => section.some(({ type }) => type === wanted)

/** RFC 9824 §3.1: what says that a name does not exist where the response code does not. */
const isAbsence = ({ type, rdata }: Message['answers'][number]): boolean =>
  type === TYPE.NSEC && formatRdata(type, rdata).includes('NXNAME')

/** A wildcard is signed without its asterisk (RFC 4034 §3.1.3). */
const startsWithAsterisk = (owner: Name): boolean => labels(owner)[0]?.toString() === '42'

/** Signed for fewer labels than the name has. */
const isExpanded = ({ type, owner, rdata }: Message['answers'][number]): boolean =>
  type === TYPE.RRSIG && rdata[3]! < labelCount(owner) - (startsWithAsterisk(owner) ? 1 : 0)

/**
 * What unbound 1.17 finds bogus whoever signed it: a wildcard that stands for a name which begins with an asterisk itself, of whose
 * labels it takes away one too few (insert_can_owner in val_sigcrypt.c); and a question for the CNAME or the DNAME of a name below a DNAME.
 */
export const isBeyondUnbound = ({ answers }: Message, asked: number): boolean =>
  answers.some(record => isExpanded(record) && startsWithAsterisk(record.owner)) ||
  ((asked === TYPE.CNAME || asked === TYPE.DNAME) && has(answers, TYPE.DNAME) && has(answers, TYPE.CNAME))

/** Where the aliases lead, if the reply does not say what is there; where they go round, to one of them. */
const endOf = ({ answers, authorities }: Message): Name | undefined => {
  const target = answers.findLast(({ type }) => type === TYPE.CNAME)?.rdata
  const ends = answers.filter(({ type }) => type !== TYPE.CNAME && type !== TYPE.RRSIG)
  const isThere = target !== undefined && ends.some(({ owner }) => equalNames(owner, target))
  return isThere || has(authorities, TYPE.SOA) ? undefined : target
}

/** Links that unbound follows (MAX_RESTART_COUNT in iterator.h) before it gives up, as it does where a chain goes round. */
const MOST_LINKS = 11

interface Part {
  readonly name: Name
  readonly reply: Message
}

/** All that a resolver asks until it has an answer; undefined where the aliases are more than it follows. */
export function partsOf(first: Name, type: number, ask: (name: Name) => Message): readonly Part[] | undefined {
  const parts: Part[] = []
  let links = 0
  for (let name: Name | undefined = first; name !== undefined; ) {
    const reply = ask(name)
    links += reply.answers.filter(({ type }) => type === TYPE.CNAME).length
    if (links > MOST_LINKS || parts.length > MOST_LINKS) return undefined
    parts.push({ name, reply })
    name = type === TYPE.CNAME ? undefined : endOf(reply)
  }
  return parts
}

/** One question for each link of a chain, and one for its end; the CNAME that a DNAME stands for is not signed, and so none. */
export function linksOf(parts: readonly Part[], type: number): readonly (readonly [name: Name, type: number])[] {
  const aliases = parts.flatMap(({ reply }) => reply.answers.filter(({ type }) => LINKS.includes(type)))
  const dnames = aliases.filter(({ type }) => type === TYPE.DNAME).map(({ owner }) => owner)
  const isMade = ({ type, owner }: Message['answers'][number]): boolean =>
    type === TYPE.CNAME && dnames.some(dname => isWithin(owner, dname) && !equalNames(owner, dname))
  const signed = aliases.filter(alias => !isMade(alias)).map(({ owner, type }) => [owner, type] as const)
  return [...signed, [aliases.findLast(({ type }) => type === TYPE.CNAME)!.rdata, type]] // it has a link
}

const LINKS: readonly number[] = [TYPE.CNAME, TYPE.DNAME]

export function kindsOf({ rcode, answers, authorities }: Message): readonly string[] {
  const isMissing = rcode === RCODE.NXDOMAIN || authorities.some(isAbsence)
  const denies = has(authorities, TYPE.SOA)
  const kinds: Readonly<Record<string, boolean>> = {
    addresses: has(answers, TYPE.A) || has(answers, TYPE.AAAA),
    'of wildcards': answers.some(isExpanded),
    'chains by CNAME': has(answers, TYPE.CNAME),
    'chains by DNAME': has(answers, TYPE.DNAME),
    'a DS': has(answers, TYPE.DS),
    HTTPS: has(answers, TYPE.HTTPS),
    keys: has(answers, TYPE.DNSKEY),
    'no such name': denies && isMissing,
    'no such type': denies && !isMissing,
  }
  return Object.keys(kinds).filter(kind => kinds[kind])
}
