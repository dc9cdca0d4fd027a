// Clients that asked late: which of those that had been answered with a target came back only when no such answer counted any
// more. Pure.
import { formatPrefix } from '../../dns/address.js'
import type { SampledQuery } from './sampled.js'

/** A client network that was answered with a target, for one name and type, as far as samples show. */
export interface FollowedClient {
  readonly client: string
  readonly name: string
  readonly type: string
  /** Epoch ms of its last answer with a target. */
  readonly heldAt: number
  /** Epoch ms of its first answer without one after that; absent where none was seen. */
  readonly againAt?: number
  /** How many queries the sample of that last answer stood for. */
  readonly weight: number
}

/** More than so many are not followed. */
export const MOST_FOLLOWED = 2000

/** The same, with what samples of up to `until` (epoch ms) add. They may come in any order, and more than once. */
export function follow(
  before: readonly FollowedClient[],
  samples: readonly SampledQuery[],
  targets: readonly string[],
  until: number,
): readonly FollowedClient[] {
  const sent = samples.filter(({ at, region }) => region !== undefined && at <= until).sort((a, b) => a.at - b.at)
  if (sent.length === 0) return before
  const followed = new Map(before.map(one => [keyOf(one), one]))
  for (const { at, region, client, name, type, weight } of sent) {
    const asked = { client: formatPrefix(client), name, type }
    const key = keyOf(asked)
    const known = followed.get(key)
    if (targets.includes(region!)) {
      const isNews = known === undefined ? followed.size < MOST_FOLLOWED : at > known.heldAt
      if (isNews) followed.set(key, { ...asked, heldAt: at, weight })
    } else if (known !== undefined && known.againAt === undefined && at > known.heldAt)
      followed.set(key, { ...known, againAt: at })
  }
  return [...followed.values()]
}

const keyOf = ({ client, name, type }: Pick<FollowedClient, 'client' | 'name' | 'type'>): string =>
  `${client} ${name} ${type}`

export interface LateClient extends Omit<FollowedClient, 'weight' | 'againAt'> {
  readonly againAt: number
  readonly lateMs: number
}

export interface Promptness {
  /** All that were followed: the next three together. */
  readonly followed: number
  readonly inTime: number
  readonly late: number
  /** Not seen again while all were to be elsewhere. */
  readonly notAgain: number
  /** Samples stood for so many queries at most. */
  readonly oneIn: number
  /** The latest first, no more than twenty. */
  readonly latest: readonly LateClient[]
}

const MOST_TOLD = 20

/** @param goneBy epoch ms after which no answer with a target counts any more */
export function promptnessOf(followed: readonly FollowedClient[], goneBy: number): Promptness {
  const late = followed.flatMap(({ weight: _, againAt, ...asked }) =>
    againAt === undefined || againAt <= goneBy ? [] : [{ ...asked, againAt, lateMs: againAt - goneBy }],
  )
  const notAgain = followed.filter(({ againAt }) => againAt === undefined).length
  return {
    followed: followed.length,
    inTime: followed.length - late.length - notAgain,
    late: late.length,
    notAgain,
    oneIn: Math.max(1, ...followed.map(({ weight }) => weight)),
    latest: late.sort((a, b) => b.lateMs - a.lateMs).slice(0, MOST_TOLD),
  }
}
