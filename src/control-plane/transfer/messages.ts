// Records as the messages of a transfer (RFC 5936 §2.2): as many in each as fit, names compressed.
import type { Message } from '../../dns/message.js'
import { FLAG } from '../../dns/message-reply.js'
import { MessageWriter, SECTION } from '../../dns/message-writer.js'
import { CLASS } from '../../dns/numbers.js'
import type { TableRecord } from '../../dns/record-table.js'

/** Bytes of a message after which the next is begun: names are compressed only against the first 16 KiB of a message. */
const WANTED = 16_384
/** What comes after the records: an OPT record, and a TSIG record of two names and the longest MAC. */
const TAIL = 640
const MOST = 65_535 - TAIL
/** The same for one message by UDP, whose key has a name of a sane length. */
const UDP_TAIL = 200
/** What we take by UDP, which an OPT record has to say. */
const UDP_SIZE = 1232

/** The question that a transfer answers, from the request. */
export type TransferQuery = Pick<Message, 'id' | 'recursionDesired' | 'questions' | 'edns'>

/** The messages, one after the other, made as they are asked for. */
export function* transferMessages(query: TransferQuery, records: Iterable<TableRecord>): IterableIterator<Uint8Array> {
  let writer = begin(query)
  let count = 0
  for (const record of records) {
    if (count > 0 && !append(writer, record, WANTED)) {
      yield end(writer, query)
      writer = begin(query)
      count = 0
    }
    // A record that is too long for any message cannot have come in by any either.
    if (count === 0) append(writer, record, MOST)
    count++
  }
  yield end(writer, query)
}

/** One message of at most `limit` bytes; undefined where the records do not fit. */
export function loneMessage(
  query: TransferQuery,
  records: Iterable<TableRecord>,
  limit: number,
): Uint8Array | undefined {
  const writer = begin(query)
  for (const record of records) if (!append(writer, record, limit - UDP_TAIL)) return undefined
  return end(writer, query)
}

function begin({ id, recursionDesired, questions }: TransferQuery): MessageWriter {
  const flags = FLAG.response | FLAG.authoritative | (recursionDesired ? FLAG.recursionDesired : 0)
  const writer = new MessageWriter(id, flags, MOST + TAIL)
  for (const { name, type, qclass } of questions) writer.question(name, type, qclass)
  return writer
}

/** @returns false where it would go beyond `limit` */
const append = (writer: MessageWriter, { owner, type, ttl, rdata }: TableRecord, limit: number): boolean =>
  writer.length + owner.length + 10 + rdata.length <= limit &&
  writer.record(SECTION.answer, { owner, type, rclass: CLASS.IN, ttl, rdata })

function end(writer: MessageWriter, { edns }: TransferQuery): Uint8Array {
  // RFC 5936 §2.2.5: an OPT record where the query had one.
  if (edns !== undefined) writer.opt(UDP_SIZE)
  return writer.finish()
}
