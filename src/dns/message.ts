// A whole message as a value (RFC 1035 §4): for the command line, for explain, for tests; never on the hot path.
import { type MessageEdns, readEdns } from './message-edns.js'
import { MessageError, readName, readRdata } from './message-name.js'
import { formatName, type Name } from './name.js'
import { CLASS, TYPE, typeName } from './numbers.js'
import { HEADER_LENGTH } from './question.js'
import { formatRdata } from './rdata.js'

export type { EdnsOption, ExtendedError, MessageEdns, MessageSubnet } from './message-edns.js'
export { MessageError } from './message-name.js'
export { encodeQuery, type Query } from './message-query.js'

export interface Message {
  readonly id: number
  readonly response: boolean
  readonly opcode: number
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly recursionDesired: boolean
  readonly recursionAvailable: boolean
  /** With the upper bits that EDNS adds (RFC 6891 §6.1.3). */
  readonly rcode: number
  readonly questions: readonly MessageQuestion[]
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
  /** The OPT record is not among them; it is `edns`. */
  readonly additionals: readonly ResourceRecord[]
  readonly edns: MessageEdns | undefined
}

export interface MessageQuestion {
  readonly name: Name
  readonly type: number
  readonly qclass: number
}

export interface ResourceRecord {
  readonly owner: Name
  readonly type: number
  readonly rclass: number
  /** Seconds. */
  readonly ttl: number
  /** Names in it are uncompressed. */
  readonly rdata: Uint8Array
}

/**
 * Reads a message that has to end with its last record.
 * @throws MessageError
 */
export function decodeMessage(bytes: Uint8Array): Message {
  // A copy: what is handed out must not change with the caller's buffer.
  const reader = new MessageReader(new Uint8Array(bytes))
  const id = reader.word()
  const flags = reader.word()
  const [questionCount, ...counts] = [reader.word(), reader.word(), reader.word(), reader.word()] as const // four words
  const questions = Array.from({ length: questionCount }, () => reader.question())
  const [answers = [], authorities = [], all = []] = counts.map(count =>
    Array.from({ length: count }, () => reader.record()),
  )
  reader.close()
  if ([...answers, ...authorities].some(isOpt)) throw new MessageError('an OPT record is not in the additional section')
  const edns = ednsOf(all.filter(isOpt))
  return {
    id,
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    rcode: (flags & 15) | ((edns?.upperRcode ?? 0) << 4),
    questions,
    answers,
    authorities,
    additionals: all.filter(record => !isOpt(record)),
    edns: edns?.edns,
  }
}

/** `api.example.com. 60 IN A 192.0.2.1` */
export function formatRecord({ owner, type, rclass, ttl, rdata }: ResourceRecord): string {
  const className = rclass === CLASS.IN ? 'IN' : `CLASS${rclass}`
  return `${formatName(owner)} ${ttl} ${className} ${typeName(type)} ${formatRdata(type, rdata)}`
}

const isOpt = ({ type }: ResourceRecord): boolean => type === TYPE.OPT

function ednsOf([opt, ...more]: readonly ResourceRecord[]): { edns: MessageEdns; upperRcode: number } | undefined {
  if (opt === undefined) return undefined
  if (more.length > 0) throw new MessageError('there is more than one OPT record')
  if (opt.owner.length !== 1) throw new MessageError('the owner of the OPT record is not the root')
  return { edns: readEdns(opt.rclass, opt.ttl, opt.rdata), upperRcode: opt.ttl >>> 24 }
}

/** Reads one thing after the other. */
class MessageReader {
  private at = 0

  private readonly m: Uint8Array

  constructor(m: Uint8Array) {
    if (m.length < HEADER_LENGTH) throw new MessageError(`${m.length} bytes are no message; the header alone has 12`)
    this.m = m
  }

  word(): number {
    const { m, at } = this
    if (at + 2 > m.length) throw new MessageError(`the message ends at byte ${m.length}, within a record or a question`)
    this.at += 2
    return (m[at]! << 8) | m[at + 1]!
  }

  question(): MessageQuestion {
    return { name: this.owner(), type: this.word(), qclass: this.word() }
  }

  record(): ResourceRecord {
    const owner = this.owner()
    const type = this.word()
    const rclass = this.word()
    const bits = this.word() * 65536 + this.word()
    // RFC 2181 §8: with the top bit set a TTL is 0; in an OPT record it is no TTL.
    const ttl = type !== TYPE.OPT && bits >= 2 ** 31 ? 0 : bits
    const length = this.word()
    const { m, at } = this
    if (at + length > m.length) throw new MessageError(`the record data at byte ${at} runs beyond the message`)
    this.at += length
    return { owner, type, rclass, ttl, rdata: readRdata(m, type, at, length) }
  }

  /** @throws MessageError where bytes are left */
  close(): void {
    const left = this.m.length - this.at
    if (left > 0) throw new MessageError(`bytes left after the last record: ${left}`)
  }

  private owner(): Name {
    const { name, end } = readName(this.m, this.at)
    this.at = end
    return name
  }
}
