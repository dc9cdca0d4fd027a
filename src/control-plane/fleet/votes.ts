// What all nodes say of their targets, as far as it is heard: who votes what, whose word counts, and since when nothing is heard.
import { type Piece, pieceKey, pieceOf, readPiece, VOTES, type Word, wordOf } from './ballot.js'
import type { Replica } from './replica.js'

export interface VotesOptions {
  readonly replica: Pick<Replica, 'get' | 'under' | 'standing' | 'onChange' | 'onStanding'>
  /** What this node is called: its own word it knows better. */
  readonly node: string
  /** Whoever sees this share of its targets down, 0 to 1, is likely to be at fault itself. */
  readonly mostDown: number
  /** For so long what was heard last is believed once the store is away, ms. */
  readonly silenceMs: number
  /** ms on the monotonic clock. */
  readonly clock?: () => number
}

/** One node, as the others count it. */
export interface Voter {
  readonly node: string
  readonly group: string
  readonly targets: number
  readonly down: number
  /** False: it sees most targets down, and has no vote while others have. */
  readonly trusted: boolean
}

export interface Heard extends Pick<Voter, 'node' | 'group' | 'trusted'> {
  readonly streak: Word
}

/**
 * Short names of targets of which others say something else now; undefined: it may be any.
 * Returns whether what it makes of them changes with time alone, and it has to be told again.
 */
type Listener = (names: ReadonlySet<string> | undefined) => boolean

type Pieces = ReadonlyMap<number, Piece>

/** Between two looks while nothing is heard, ms: what holds for a while ends some time. */
const DEAF_EVERY_MS = 1000

export class Votes {
  private readonly options: VotesOptions
  private readonly clock: () => number
  /** By node. */
  private readonly said = new Map<string, Pieces>()
  private readonly voters = new Map<string, Voter>()
  private readonly listeners: Listener[] = []
  private awayAt: number | undefined
  private timer: NodeJS.Timeout | undefined

  constructor(options: VotesOptions) {
    this.options = options
    this.clock = options.clock ?? (() => performance.now())
    const { replica } = options
    if (replica.standing().kind === 'away') this.leave()
    this.take(replica.under(VOTES).keys())
    replica.onChange(keys => this.take(keys))
    replica.onStanding(({ kind }) => {
      if (kind === 'away') this.leave()
      else this.back()
    })
  }

  onChange(listener: Listener): void {
    this.listeners.push(listener)
  }

  /** What all other nodes say of a target; nothing once it was not heard of them for too long. */
  others(name: string): readonly Heard[] {
    const heard: Heard[] = []
    if (this.deafMs() > 0) return heard
    for (const { node, group, trusted } of this.voters.values()) {
      const pieces = this.said.get(node)
      const code = pieces?.get(pieceOf(name, pieces.size))?.words.get(name)
      if (node !== this.options.node && code !== undefined) heard.push({ node, group, trusted, streak: wordOf(code) })
    }
    return heard
  }

  /** How long what was heard last has been too old, ms; 0 while the store can be reached. */
  deafMs(): number {
    return this.awayAt === undefined ? 0 : Math.max(0, this.clock() - this.awayAt - this.options.silenceMs)
  }

  /** All that are heard, this node too, in order of their names. */
  list(): readonly Voter[] {
    return this.deafMs() > 0 ? [] : [...this.voters.values()].sort((a, b) => (a.node < b.node ? -1 : 1))
  }

  close(): void {
    clearTimeout(this.timer)
  }

  private take(keys: Iterable<string>): void {
    const { replica } = this.options
    const names = new Set<string>()
    const nodes = new Map<string, Map<number, Piece>>()
    for (const key of keys) {
      const { node, piece } = pieceKey(key) ?? {}
      if (node === undefined || piece === undefined) continue
      const pieces = nodes.get(node) ?? new Map(this.said.get(node))
      nodes.set(node, pieces)
      const text = replica.get(key)?.value
      const after = text === undefined ? undefined : readPiece(text)
      for (const name of differing(pieces.get(piece), after)) names.add(name)
      if (after === undefined) pieces.delete(piece)
      else pieces.set(piece, after)
    }
    if (nodes.size === 0) return
    const stands = [...nodes].map(([node, pieces]) => this.seat(node, pieces))
    this.tell(stands.includes(true) ? undefined : names)
  }

  /** Whether that makes the node's other words worth more or less. */
  private seat(node: string, pieces: Pieces): boolean {
    const before = this.voters.get(node)
    const after = voterOf(node, pieces, this.options.mostDown)
    if (after === undefined) {
      this.said.delete(node)
      this.voters.delete(node)
    } else {
      this.said.set(node, pieces)
      this.voters.set(node, after)
    }
    return before?.trusted !== after?.trusted || before?.group !== after?.group
  }

  private leave(): void {
    this.awayAt ??= this.clock()
    this.look(this.options.silenceMs + 1)
  }

  private look(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      // A timer may be early.
      if (this.tell(undefined) || this.deafMs() === 0) this.look(DEAF_EVERY_MS)
    }, ms).unref()
  }

  private back(): void {
    clearTimeout(this.timer)
    const wasDeaf = this.deafMs() > 0
    this.awayAt = undefined
    if (wasDeaf) this.tell(undefined)
  }

  private tell(names: ReadonlySet<string> | undefined): boolean {
    if (names?.size === 0) return false
    return this.listeners.map(listener => listener(names)).includes(true)
  }
}

/** Of one target nobody can tell. */
export const seesMostDown = (down: number, of: number, share: number): boolean => of >= 2 && down >= share * of

function voterOf(node: string, pieces: Pieces, mostDown: number): Voter | undefined {
  const [first] = pieces.values()
  if (first === undefined) return undefined
  let targets = 0
  let down = 0
  for (const { words } of pieces.values())
    for (const code of words.values()) {
      targets++
      if (code < 0) down++
    }
  return { node, group: first.group, targets, down, trusted: !seesMostDown(down, targets, mostDown) }
}

/** Names of which the two say different things. */
function* differing(before: Piece | undefined, after: Piece | undefined): Generator<string> {
  for (const [name, code] of after?.words ?? []) if (before?.words.get(name) !== code) yield name
  for (const name of before?.words.keys() ?? []) if (after?.words.has(name) !== true) yield name
}
