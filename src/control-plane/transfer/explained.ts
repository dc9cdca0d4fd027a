// Explain by DNS: TXT at _explain.NAME has why NAME is answered as it is, for those who may know.
import type { Message, MessageQuestion } from '../../dns/message.js'
import { FLAG } from '../../dns/message-reply.js'
import { MessageWriter, SECTION } from '../../dns/message-writer.js'
import type { Name } from '../../dns/name.js'
import { CLASS, OPTION, TYPE } from '../../dns/numbers.js'

const LABEL = Buffer.from('_explain')
/** A name holds its label behind a byte of its length. */
const BEHIND = LABEL.length + 1

/** The name that is to be explained; undefined where the question is another. */
export function toExplain({ name, type, qclass }: MessageQuestion): Name | undefined {
  if (type !== TYPE.TXT || qclass !== CLASS.IN || name[0] !== LABEL.length || name.length <= BEHIND) return undefined
  const label = Buffer.from(name.subarray(1, BEHIND)).toString('latin1').toLowerCase()
  return label === LABEL.toString() ? name.slice(BEHIND) : undefined
}

/** What a string of a TXT record holds at most (RFC 1035 §3.3). */
const STRING = 255

/**
 * One TXT record, whose strings keep their order; a sentence that is too long for one goes on in the next. Nobody keeps it, and
 * it holds for this client alone.
 * @returns undefined where it is longer than `limit`
 */
export function explained(query: Message, sentences: readonly string[], limit: number): Uint8Array | undefined {
  const { id, recursionDesired, questions, edns } = query
  const flags = FLAG.response | FLAG.authoritative | (recursionDesired ? FLAG.recursionDesired : 0)
  const writer = new MessageWriter(id, flags, 65_535)
  for (const { name, type, qclass } of questions) writer.question(name, type, qclass)
  const rdata = Buffer.concat(sentences.flatMap(stringsOf))
  const owner = questions[0]!.name // the office asks for what it has read
  if (
    rdata.length > 65_535 ||
    !writer.record(SECTION.answer, { owner, type: TYPE.TXT, rclass: CLASS.IN, ttl: 0, rdata })
  )
    return undefined
  if (edns !== undefined) writer.opt(1232, subnetOption(edns.options))
  return writer.length <= limit ? writer.finish() : undefined
}

function stringsOf(sentence: string): readonly Buffer[] {
  const bytes = Buffer.from(sentence, 'utf8')
  const strings: Buffer[] = []
  for (let at = 0; at < bytes.length; at += STRING) {
    const part = bytes.subarray(at, at + STRING)
    strings.push(Buffer.from([part.length]), part)
  }
  return strings
}

/** RFC 7871 §7.2.1: the option as it came, and a scope: its own network. */
function subnetOption(options: NonNullable<Message['edns']>['options']): Uint8Array {
  const subnet = options.find(({ code }) => code === OPTION.CLIENT_SUBNET)?.data
  if (subnet === undefined) return new Uint8Array()
  const data = Buffer.from(subnet)
  data[3] = data[2]! // what was decoded has these bytes
  return Buffer.concat([Buffer.from([0, OPTION.CLIENT_SUBNET, 0, data.length]), data])
}
