// What each node of a fleet says of itself, and what that comes to: who is here, and whether all answer alike. Pure.
import { hash } from 'node:crypto'

/** What an answer is made of, each as a short hash: nodes that agree in all of it give the same answers. */
export interface Content {
  /** The traffic document, with the files that it names. */
  readonly document: string
  /** The geo databases. */
  readonly geo: string
  /** Which regions an operator forces up or down, or drains. */
  readonly overrides: string
  /** Which addresses are taken to be up. */
  readonly health: string
}

export interface Member {
  readonly node: string
  /** Of this run of the node and no other. */
  readonly instance: string
  readonly release: string
  /** Epoch ms. */
  readonly startedAt: number
  readonly content: Content
  /** The hash of all of it. */
  readonly version: string
  /** How long ago a change of etcd last took to be known here, ms. */
  readonly lagMs: number
  /** When it said so, by its own clock, epoch ms; absent in what older releases say. */
  readonly clock?: number
}

export const MEMBERS = 'members/'

export const shortHash = (value: unknown): string => hash('sha256', JSON.stringify(value), 'hex').slice(0, 12)

export const versionOf = ({ document, geo, overrides, health }: Content): string =>
  shortHash([document, geo, overrides, health])

/** What a node has said; undefined where it is none of it. */
export function readMember(text: string): Member | undefined {
  try {
    const member: Partial<Member> = JSON.parse(text)
    const { node, instance, release, startedAt, content, version, lagMs } = member
    const texts = [
      node,
      instance,
      release,
      version,
      content?.document,
      content?.geo,
      content?.overrides,
      content?.health,
    ]
    const isSound = texts.every(one => typeof one === 'string') && [startedAt, lagMs].every(Number.isFinite)
    return isSound ? (member as Member) : undefined
  } catch {
    return undefined
  }
}

/** In what the others differ from what most say; empty where all agree. By node, parts of the content. */
export function differences(members: readonly Member[]): ReadonlyMap<string, readonly (keyof Content)[]> {
  const parts = ['document', 'geo', 'overrides', 'health'] as const
  const usual = Object.fromEntries(parts.map(part => [part, mostCommon(members.map(({ content }) => content[part]))]))
  const differing = members.map(
    ({ node, content }) => [node, parts.filter(part => content[part] !== usual[part])] as const,
  )
  return new Map(differing.filter(([, parts]) => parts.length > 0))
}

/** Of several that are as common, the first in order, so that all nodes name the same one. */
function mostCommon(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0]
}
