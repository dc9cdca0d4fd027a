// Compares what two servers reply to the same question: what differs, and which rules explain it.
import type { PeerName } from './peers.js'
import type { Question } from './questions.js'
import type { Reply } from './reply.js'
import type { World } from './zones.js'

/** One question and what came of it. */
export interface Case {
  readonly world: World
  readonly question: Question
  readonly peer: PeerName
  readonly ours: Reply
  readonly theirs: Reply
}

/** A kind of difference that is meant. */
export interface Rule {
  readonly id: string
  readonly peers: readonly PeerName[]
  /** What differs, in one sentence for operators. */
  readonly what: string
  /** Why it is as it is, with the RFC that allows it. */
  readonly why: string
  /** The case as it would be without this difference; undefined where it has none of this kind. */
  without(one: Case): Pick<Case, 'ours' | 'theirs'> | undefined
}

/** What differs, in words; empty where nothing does. */
export function differences({ ours, theirs }: Pick<Case, 'ours' | 'theirs'>): readonly string[] {
  const flags = (['rcode', 'aa', 'tc', 'ra', 'opt'] as const).flatMap(part =>
    ours[part] === theirs[part] ? [] : [`${part}: ${ours[part]}, not ${theirs[part]}`],
  )
  const sections = (['answer', 'authority', 'additional'] as const).flatMap(part => [
    ...missing(ours[part], theirs[part]).map(line => `${part} +${line}`),
    ...missing(theirs[part], ours[part]).map(line => `${part} -${line}`),
  ])
  return [...flags, ...sections]
}

/** A record that is there twice is one too many. */
const missing = (from: readonly string[], other: readonly string[]): readonly string[] =>
  from.filter((line, i) => !other.includes(line) || from.indexOf(line) !== i)

export interface Verdict {
  /** The rules that were needed. */
  readonly rules: readonly Rule[]
  /** What is left. */
  readonly unexplained: readonly string[]
}

/** Takes the differences away that rules explain, one rule after the other. */
export function judge(one: Case, rules: readonly Rule[]): Verdict {
  let rest = one
  const needed: Rule[] = []
  for (const rule of rules) {
    const before = differences(rest)
    if (before.length === 0) break
    const without = rule.peers.includes(one.peer) ? rule.without(rest) : undefined
    if (without === undefined || differences(without).length === before.length) continue
    rest = { ...rest, ...without }
    needed.push(rule)
  }
  return { rules: needed, unexplained: differences(rest) }
}
