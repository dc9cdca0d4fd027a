// What is answered, in words and in an order of its own: answers of two servers can be compared by it.
import type { Message } from '../../src/dns/message.js'
import { formatRdata } from '../../src/dns/rdata.js'

/** `1 30 192.0.2.1`: type, TTL and data of each record. */
export const answersOf = ({ answers }: Message): readonly string[] =>
  answers.map(({ type, ttl, rdata }) => `${type} ${ttl} ${formatRdata(type, rdata)}`).sort()

/** All answers that there are to somebody who asks often, each with its records in one line a record. */
export async function drawn(answer: () => Promise<Message>, times = 60): Promise<readonly string[]> {
  const seen = new Set<string>()
  for (let i = 0; i < times; i++) seen.add(answersOf(await answer()).join('\n'))
  return [...seen].sort()
}
