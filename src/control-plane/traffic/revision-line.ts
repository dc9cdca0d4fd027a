// What a revision is, and the lines of the journal that it is kept in.

import type { Change } from './diff.js'
import { isMap } from './edit-value.js'
import { afterDeltas, type Delta, isKeptText, type KeptText } from './revision-text.js'

export interface Revision {
  /** From 1 on; a number is given once. */
  readonly number: number
  /** RFC 3339. */
  readonly at: string
  readonly actor: string
  readonly reason?: string | undefined
  /** Ids of the safety rules that were overridden for it. */
  readonly overrode?: readonly string[] | undefined
  /** The hash of its content, which is its entity tag: a document that comes back has the one that it had. */
  readonly revision: string
  /** What the list of changes cannot say. */
  readonly note?: string | undefined
  /** How many differences to the revision before; of very many only the first are kept. */
  readonly changeCount: number
  readonly changes: readonly Change[]
}

/** A revision is written down before the document is replaced; a second line says what became of it. */
export type RevisionLine =
  | (Revision & { readonly kind: 'revision' } & KeptText)
  | { readonly kind: 'live' | 'void'; readonly number: number }

/** The journal's hash vouches for the rest. */
export const isRevisionLine = (record: unknown): record is RevisionLine =>
  isMap(record) &&
  Number.isSafeInteger(record['number']) &&
  (record['kind'] === 'live' ||
    record['kind'] === 'void' ||
    (record['kind'] === 'revision' && isKeptText(record) && Array.isArray(record['changes'])))

/** What a line says of a revision, without its text. */
export function revisionIn(line: Extract<RevisionLine, { readonly kind: 'revision' }>): Revision {
  const { kind: _, text: __, delta: ___, ...revision } = { text: undefined, delta: undefined, ...line }
  return revision
}

/** The text that lines lead to, of which the first has one that is whole; undefined where one of them is damaged. */
export function textIn(lines: readonly unknown[]): string | undefined {
  const [first, ...rest] = lines
  if (!isRevisionLine(first) || !('text' in first)) return undefined
  const deltas: Delta[] = []
  for (const line of rest) {
    if (!isRevisionLine(line) || !('delta' in line)) return undefined
    deltas.push(line.delta)
  }
  return afterDeltas(first.text, deltas)
}
