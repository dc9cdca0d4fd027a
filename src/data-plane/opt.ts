// The OPT record of a response (RFC 6891 §6.1): what the query is told of us and of itself, last in the message.
import { clientSubnetLength, writeClientSubnet } from '../dns/ecs.js'
import { ASKED, type Edns } from '../dns/edns.js'
import { OPTION, TYPE } from '../dns/numbers.js'
import { type AskedOptions, OPTION_HEAD, writeHead } from './asked-options.js'

/** What we say we can take by UDP, and the most that we send (DNS flag day 2020). */
export const UDP_SIZE = 1232

/** Owner, type, class, TTL and length of data. */
const HEAD = 11
/** RFC 8467 §4.1: padded responses come in multiples of this, bytes. */
const PADDED_TO = 468

/** One is made per thread and used again for each query. */
export class OptRecord {
  /** An extended error as a whole option, if there is one. */
  extra: Uint8Array | undefined = undefined
  private readonly options: AskedOptions

  constructor(options: AskedOptions) {
    this.options = options
  }

  begin(): void {
    this.extra = undefined
  }

  /** Bytes that the record will take, without what is only put there if there is room; 0 where the query had none. */
  length(edns: Edns): number {
    if (!edns.present) return 0
    const subnet = edns.subnet.present ? clientSubnetLength(edns.subnet) : 0
    return HEAD + subnet + (edns.asked === 0 ? 0 : this.options.length)
  }

  /**
   * Writes it behind the `end` bytes of a message at `at`, which may have `limit` bytes in all.
   * @param rcode with the upper bits that have their place here (RFC 6891 §6.1.3)
   * @returns how long the message is now
   */
  write(m: Uint8Array, at: number, end: number, limit: number, edns: Edns, rcode: number, scope: number): number {
    let length = this.length(edns)
    // RFC 8914 §3: where there is no room the explanation is the first to go.
    const extra = this.extra !== undefined && end + length + this.extra.length <= limit ? this.extra : undefined
    if (extra !== undefined) length += extra.length
    let padding = 0
    if ((edns.asked & ASKED.padding) !== 0) {
      padding = paddingFor(end + length, limit)
      length += padding
    }
    let p = at + end
    m[p] = 0
    m[p + 1] = 0
    m[p + 2] = TYPE.OPT
    m[p + 3] = UDP_SIZE >> 8
    m[p + 4] = UDP_SIZE & 255
    m[p + 5] = rcode >> 4
    m[p + 6] = 0
    m[p + 7] = edns.dnssecOk ? 0x80 : 0
    m[p + 8] = 0
    m[p + 9] = (length - HEAD) >> 8
    m[p + 10] = (length - HEAD) & 255
    p += HEAD
    if (edns.subnet.present) p = writeClientSubnet(m, p, edns.subnet, scope)
    if (edns.asked !== 0) p = this.options.write(m, p, edns)
    if (extra !== undefined) for (let i = 0; i < extra.length; i++) m[p + i] = extra[i]!
    if (padding > 0) writePadding(m, at + end + length - padding, padding)
    return end + length
  }
}

/** Bytes of the padding option that make `length` a multiple of what it is padded to; 0 where there is no room for one. */
function paddingFor(length: number, limit: number): number {
  const blocks = Math.ceil((length + OPTION_HEAD) / PADDED_TO)
  const padding = Math.min(blocks * PADDED_TO, limit) - length
  return padding < OPTION_HEAD ? 0 : padding
}

/** RFC 7830 §3: an option of zeroes; `length` includes its code and length. */
function writePadding(m: Uint8Array, at: number, length: number): void {
  writeHead(m, at, OPTION.PADDING, length - OPTION_HEAD)
  m.fill(0, at + OPTION_HEAD, at + length)
}

/** An extended error as an option (RFC 8914 §2), code and length included. */
export function extendedError(code: number, text: string): Uint8Array {
  const words = Buffer.from(text, 'utf8')
  return Uint8Array.from([
    0,
    OPTION.EDE,
    (words.length + 2) >> 8,
    (words.length + 2) & 255,
    code >> 8,
    code & 255,
    ...words,
  ])
}
