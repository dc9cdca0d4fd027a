// What stands between owner and data: TTL and class in either order or not at all, then the type (RFC 1035 §5.1).
import { TYPE, typeNumber } from './numbers.js'
import { parseTtl } from './zonefile-ttl.js'

export type Header =
  | {
      readonly kind: 'header'
      /** Seconds; undefined where none is written. */
      readonly ttl: number | undefined
      readonly type: number
      /** The first token of the data. */
      readonly next: number
    }
  | { readonly kind: 'fault'; readonly token: number; readonly message: string }

/** What the header is read from. */
export interface Tokens {
  readonly count: number
  token(i: number): string
}

/** @param first the token after the owner */
export function readHeader(tokens: Tokens, first: number): Header {
  let ttl: number | undefined
  let hasClass = false
  for (let i = first; i < tokens.count; i++) {
    const text = tokens.token(i)
    const type = typeNumber(text)
    if (type !== undefined) {
      if (!isData(type)) return fault(i, `${text} is a type of queries, not of records`)
      return { kind: 'header', ttl, type, next: i + 1 }
    }
    if ((text.charCodeAt(0) - 48) >>> 0 < 10) {
      if (ttl !== undefined) return fault(i, `a second TTL; before it stands ${ttl}`)
      ttl = parseTtl(text)
      if (ttl === undefined)
        return fault(i, `"${text}" is no TTL, such as 3600 or 1h30m; ${2 ** 31 - 1} seconds are the most`)
    } else if (/^(in|class1)$/i.test(text)) {
      if (hasClass) return fault(i, 'a second class')
      hasClass = true
    } else if (/^(ch|cs|hs|any|none|class[0-9]+)$/i.test(text)) {
      return fault(i, `the class is ${text}, and only IN is served`)
    } else return fault(i, `"${text}" is no type of a record; where it has no name, write TYPE65280`)
  }
  return fault(tokens.count - 1, 'a type and data are missing')
}

const fault = (token: number, message: string): Header => ({ kind: 'fault', token, message })

/** RFC 6895 §3.1: 0, OPT and those from 128 to 255 are of queries and messages. */
const isData = (type: number): boolean => type > 0 && type !== TYPE.OPT && (type < 128 || type > 255)
