// Plain facts that rules ask for: which hold, since when, and by whose word. What comes back from a file is not believed on its word.
import type { TrafficDocument } from '../../traffic/document.js'
import { isMap } from '../../traffic/edit-value.js'

/** A fact that holds; one that does not is absent. */
export interface Fact {
  readonly name: string
  /** Epoch ms. */
  readonly at: number
  readonly actor: string
  readonly reason?: string
  /** Epoch ms; absent: until somebody clears it. */
  readonly expiresAt?: number
}

export interface KeptSafety {
  readonly facts: readonly Fact[]
  /** By region, epoch ms at which somebody last moved its clients. */
  readonly moves: Readonly<Record<string, number>>
}

export const isKeptSafety = (value: unknown): value is KeptSafety =>
  isMap(value) &&
  Array.isArray(value['facts']) &&
  value['facts'].every(isFact) &&
  isMap(value['moves']) &&
  Object.values(value['moves']).every(Number.isFinite)

const isFact = (value: unknown): value is Fact =>
  isMap(value) &&
  ['name', 'actor'].every(key => typeof value[key] === 'string') &&
  Number.isFinite(value['at']) &&
  (value['expiresAt'] === undefined || Number.isFinite(value['expiresAt']))

export const holdingFacts = (facts: readonly Fact[], now: number): readonly Fact[] =>
  facts.filter(({ expiresAt = Infinity }) => expiresAt > now)

/** The facts that the rules of a document ask for, each once. */
export const factNames = ({ safety = NO_RULES }: TrafficDocument): readonly string[] => [
  ...new Set([...safety.values()].flatMap(rule => (rule.kind === 'facts' ? Object.keys(rule.facts) : []))),
]

const NO_RULES: NonNullable<TrafficDocument['safety']> = new Map()
