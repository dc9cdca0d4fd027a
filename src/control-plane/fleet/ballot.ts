// What a node says of the targets that it probes, as it lies in the store: in pieces, so that one that turns rewrites little. Pure.
import { createHash } from 'node:crypto'

/** Where a target stands: up or down, and how many results in a row disagree with that. */
export interface Word {
  readonly up: boolean
  readonly run: number
}

/** One piece of what a node says. */
export interface Piece {
  /** Where the node looks from. */
  readonly group: string
  /** By the short names of targets: a word as one number, since there may be a million of them. See `wordOf`. */
  readonly words: ReadonlyMap<string, number>
}

export const VOTES = 'votes/'

/** Targets in a piece; with more than `MOST_PIECES` times as many, a piece holds more. */
const IN_A_PIECE = 128
/** etcd takes 128 changes in one transaction at the most. */
const MOST_PIECES = 64

/** 48 bits: among 10,000 targets two share one with a probability of 2 in 10 million. */
export const shortName = (target: string): string => createHash('sha256').update(target).digest('base64url').slice(0, 8)

/** How many pieces so many targets are told in: a power of two, so that a few more targets move nothing. */
export function piecesOf(targets: number): number {
  let pieces = 1
  while (pieces < MOST_PIECES && pieces * IN_A_PIECE < targets) pieces *= 2
  return pieces
}

/** Keys and values under which a node says all of it. @param words by the short names of targets */
export function ballotOf(node: string, group: string, words: ReadonlyMap<string, Word>): ReadonlyMap<string, string> {
  const count = piecesOf(words.size)
  const pieces = Array.from({ length: count }, (): Record<string, number> => ({}))
  // In one order, so that what did not change reads the same.
  for (const name of [...words.keys()].sort()) {
    const { up, run } = words.get(name)!
    pieces[pieceOf(name, count)]![name] = up ? run : -1 - run
  }
  return new Map(pieces.map((targets, i) => [`${VOTES}${node}/${i}`, JSON.stringify({ group, targets })]))
}

/** Which node it is of, and which piece; undefined where the key is none of a ballot's. */
export function pieceKey(key: string): { readonly node: string; readonly piece: number } | undefined {
  const [, node, piece] = /^votes\/([^/]+)\/(\d{1,2})$/.exec(key) ?? []
  return node === undefined ? undefined : { node, piece: Number(piece) }
}

export const wordOf = (code: number): Word => (code < 0 ? { up: false, run: -1 - code } : { up: true, run: code })

/** What a node has said; undefined where it is none of it. */
export function readPiece(text: string): Piece | undefined {
  try {
    const { group, targets } = JSON.parse(text)
    const isSound = typeof group === 'string' && typeof targets === 'object' && targets !== null
    if (!isSound || !Object.values(targets).every(Number.isSafeInteger)) return undefined
    return { group, words: new Map(Object.entries(targets as Record<string, number>)) }
  } catch {
    return undefined
  }
}

/** In which of so many pieces a target is. */
export const pieceOf = (name: string, count: number): number => Buffer.from(name, 'base64url').readUInt16BE(0) % count
