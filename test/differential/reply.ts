// A reply in a form in which replies can be compared: flags, and each section as a set of records with their TTLs.
import { decodeMessage, type ResourceRecord } from '../../src/dns/message.js'
import { canonical, formatName } from '../../src/dns/name.js'
import { rcodeName, typeName } from '../../src/dns/numbers.js'
import { formatRdata, namesIn } from '../../src/dns/rdata.js'

export interface Reply {
  readonly rcode: string
  readonly aa: boolean
  readonly tc: boolean
  readonly ra: boolean
  /** Records as lines, in order; what is equal for DNS is equal here. */
  readonly answer: readonly string[]
  readonly authority: readonly string[]
  readonly additional: readonly string[]
  readonly opt: string
  /** Bytes. */
  readonly size: number
}

/** @throws MessageError where the bytes are no sound message, and Error where they do not answer the query */
export function readReply(bytes: Uint8Array, query: Uint8Array): Reply {
  const message = decodeMessage(bytes)
  const asked = decodeMessage(query)
  if (!message.response || message.id !== asked.id) throw new Error('this is no response to the query')
  const [question] = message.questions
  // Letter case too: who sends mixed letters against forgery wants them back.
  if (question !== undefined && !sameBytes(question.name, asked.questions[0]!.name))
    throw new Error('the question of the response is not that of the query')
  return {
    rcode: rcodeName(message.rcode),
    aa: message.authoritative,
    tc: message.truncated,
    ra: message.recursionAvailable,
    answer: lines(message.answers),
    authority: lines(message.authorities),
    additional: lines(message.additionals),
    opt:
      message.edns === undefined
        ? 'none'
        : `version ${message.edns.version} size ${message.edns.udpSize}${message.edns.dnssecOk ? ' do' : ''}${message.edns.options
            .map(({ code }) => ` option ${code}`)
            .join('')}`,
    size: bytes.length,
  }
}

const lines = (records: readonly ResourceRecord[]): readonly string[] => records.map(lineOf).sort()

/** `a.example. 300 A 192.0.2.1`, all names in lower case. */
export function lineOf({ owner, type, ttl, rdata }: Omit<ResourceRecord, 'rclass'>): string {
  const data = Uint8Array.from(rdata)
  for (const { offset, length } of namesIn(type, rdata))
    data.set(canonical(rdata.subarray(offset, offset + length)), offset)
  return `${formatName(canonical(owner))} ${ttl} ${typeName(type)} ${formatRdata(type, data)}`
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
