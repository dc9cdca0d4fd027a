// Whom the views of BIND are for (address match lists), as rules of which the most specific counts.
import { type Prefix, parsePrefix } from '../../dns/address.js'
import { countryOf } from '../geo/countries.js'
import type { Statement } from './named-conf.js'
import { containsPrefix } from './networks.js'

/** What a list says of a client: the first element that it is among decides. */
export type Matcher =
  | { readonly kind: 'list'; readonly elements: readonly Element[] }
  | { readonly kind: 'network'; readonly prefix: Prefix; readonly text: string }
  | { readonly kind: 'place'; readonly client: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'none' }

interface Element {
  readonly isNot: boolean
  readonly matcher: Matcher
}

export interface Acls {
  readonly named: ReadonlyMap<string, readonly Statement[]>
  readonly lose: (what: string) => void
}

const LOCAL = ['127.0.0.0/8', '::1/128']
const DEEPEST = 20

export function readMatcher(statements: readonly Statement[], acls: Acls, depth = 0): Matcher {
  return { kind: 'list', elements: statements.flatMap(statement => elementOf(statement, acls, depth)) }
}

function elementOf(statement: Statement, acls: Acls, depth: number): readonly Element[] {
  const [first = '', ...rest] = statement
  if (first === '!') return elementOf(rest, acls, depth).map(({ isNot, matcher }) => ({ isNot: !isNot, matcher }))
  if (typeof first !== 'string') return [{ isNot: false, matcher: readMatcher(first, acls, depth + 1) }]
  if (first.startsWith('!'))
    return elementOf([first.slice(1), ...rest], acls, depth).map(one => ({ ...one, isNot: true }))
  const matcher = matcherOf(first, rest, acls, depth)
  return matcher === undefined ? [] : [{ isNot: false, matcher }]
}

function matcherOf(first: string, rest: Statement, acls: Acls, depth: number): Matcher | undefined {
  if (first === 'any' || first === 'none') return { kind: first }
  const known = acls.named.get(first)
  if (known !== undefined && depth < DEEPEST) return readMatcher(known, acls, depth + 1)
  if (first === 'localhost')
    return readMatcher(
      LOCAL.map(text => [text]),
      acls,
      depth,
    )
  if (first === 'geoip') return placeOf(rest.map(String), acls)
  const text = first.includes(':') ? first : padded(first)
  const prefix = parsePrefix(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
  if (prefix !== undefined)
    return { kind: 'network', prefix, text: text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}` }
  acls.lose(
    first === 'key'
      ? `clients that sign with the key ${String(rest[0])} are taken by their address alone`
      : `"${[first, ...rest].join(' ')}" is not known here, and nobody is among it`,
  )
  return undefined
}

/** `10/8` is 10.0.0.0/8. */
function padded(text: string): string {
  const [address = '', length] = text.split('/')
  if (length === undefined || !/^[\d.]+$/.test(address)) return text
  const octets = address.replace(/\.$/, '').split('.')
  return `${[...octets, '0', '0', '0'].slice(0, 4).join('.')}/${length}`
}

/** `geoip country DE`, perhaps with `db country` before it. */
function placeOf(words: readonly string[], { lose }: Acls): Matcher | undefined {
  const [field = '', value = ''] = words[0] === 'db' ? words.slice(2) : words
  if (field === 'country' && /^[A-Za-z]{2}$/.test(value)) return { kind: 'place', client: value.toUpperCase() }
  if (field === 'continent' && /^[A-Za-z]{2}$/.test(value))
    return { kind: 'place', client: `continent:${value.toUpperCase()}` }
  const as = /^AS(\d+)/i.exec(value)?.[1]
  if (field === 'asnum' && as !== undefined) return { kind: 'place', client: `AS${as}` }
  lose(`"geoip ${words.join(' ')}" is not known here, and nobody is among it`)
  return undefined
}

/** All networks and places that lists speak of. */
export function clientsIn(matcher: Matcher): readonly string[] {
  if (matcher.kind === 'list') return matcher.elements.flatMap(one => clientsIn(one.matcher))
  if (matcher.kind === 'network') return [matcher.text.toLowerCase()]
  return matcher.kind === 'place' ? [matcher.client] : []
}

/** Whether clients are among it of whom nothing more specific is said; undefined where it does not say. */
export function isAmong(matcher: Matcher, client: string): boolean | undefined {
  switch (matcher.kind) {
    case 'any':
      return true
    case 'none':
      return undefined
    case 'network': {
      const prefix = client.includes('/') ? parsePrefix(client) : undefined
      return prefix !== undefined && containsPrefix(matcher.prefix, prefix) ? true : undefined
    }
    case 'place':
      return matcher.client === client || `continent:${countryOf(client)?.continent}` === matcher.client
        ? true
        : undefined
    case 'list':
      for (const { isNot, matcher: inner } of matcher.elements) if (isAmong(inner, client) === true) return !isNot
      return undefined
  }
}
