// Asks all servers all questions of a world, and judges what they reply.
import { formatName } from '../../src/dns/name.js'
import { typeName } from '../../src/dns/numbers.js'
import { type Case, judge, type Rule } from './judge.js'
import { PEER_NAMES, type PeerName, type Running, startMeridian, startPeer } from './peers.js'
import { type Extent, type Question, questionsOf } from './questions.js'
import { type Reply, readReply } from './reply.js'
import type { World } from './zones.js'

export interface Outcome {
  readonly questions: number
  /** Replies of other servers that ours were compared with. */
  readonly compared: number
  /** How many of them were equal without any rule. */
  readonly equal: number
  /** Rule → peer → in how many comparisons it was needed. */
  readonly needed: ReadonlyMap<Rule, ReadonlyMap<PeerName, number>>
  /** In words, each with its question. */
  readonly unexplained: readonly string[]
}

/** Questions that wait for an answer at one time. */
const AT_ONCE = 24

export async function compare(world: World, extent: Extent, rules: readonly Rule[]): Promise<Outcome> {
  const starts = [startMeridian(world), ...PEER_NAMES.map(name => startPeer(name, world))]
  try {
    const [ours, ...others] = await Promise.all(starts)
    const peers = new Map(PEER_NAMES.map((name, i) => [name, others[i]!])) // as many as names
    return await askAll(world, questionsOf(world, extent), ours!, peers, rules)
  } finally {
    // Those too that started after another one had failed.
    for (const start of await Promise.allSettled(starts)) if (start.status === 'fulfilled') await start.value.stop()
  }
}

async function askAll(
  world: World,
  questions: readonly Question[],
  ours: Running,
  peers: ReadonlyMap<PeerName, Running>,
  rules: readonly Rule[],
): Promise<Outcome> {
  const needed = new Map<Rule, Map<PeerName, number>>(rules.map(rule => [rule, new Map()]))
  const unexplained: string[] = []
  let compared = 0
  let equal = 0
  const askOne = async (question: Question): Promise<void> => {
    const own = await replyOf(ours, question)
    for (const [peer, server] of peers) {
      const one: Case = { world, question, peer, ours: own, theirs: await replyOf(server, question) }
      const verdict = judge(one, rules)
      compared++
      if (verdict.rules.length === 0 && verdict.unexplained.length === 0) equal++
      for (const rule of verdict.rules) needed.get(rule)!.set(peer, (needed.get(rule)!.get(peer) ?? 0) + 1)
      if (verdict.unexplained.length > 0)
        unexplained.push(`${peer}: ${shown(question)}: ${verdict.unexplained.join('; ')}`)
    }
  }
  const waiting = questions[Symbol.iterator]()
  const ask = async (): Promise<void> => {
    for (const question of waiting) await askOne(question)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, ask))
  return { questions: questions.length, compared, equal, needed, unexplained }
}

async function replyOf({ client }: Running, question: Question): Promise<Reply> {
  const { query, reply } = await client.ask(question)
  try {
    return readReply(reply, query)
  } catch (error) {
    throw new Error(`${shown(question)}: ${error}`, { cause: error })
  }
}

function shown({ name, type, way: { tcp, edns } }: Question): string {
  const how = edns === undefined ? 'no EDNS' : `EDNS ${edns.udpSize}${edns.dnssecOk ? ' DO' : ''}`
  return `${formatName(name)} ${typeName(type)} (${tcp ? 'TCP' : 'UDP'}, ${how})`
}
