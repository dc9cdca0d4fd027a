// Keys whose private halves are elsewhere, such as in a hardware module: a command signs with them. What it gives is verified before
// it is used, and kept, so that signatures that are good go on being served while it is away.
import { createHash } from 'node:crypto'
import { verifyBytes } from '../../dns/dnssec-algorithms.js'
import { signedBytes, validityIn } from '../../dns/dnssec-signature.js'
import type { SharedValue } from '../state/shared-value.js'
import type { SigningKey } from './zone-keys.js'

/** A set that is to be signed. */
export interface OutsideWish {
  readonly by: SigningKey
  /** Of the RRSIG, with the validity that it is to have. */
  readonly head: Uint8Array
  /** In canonical form. */
  readonly set: Uint8Array
}

export interface OutsideSigner {
  /** The data of an RRSIG, which may be an older one. @throws Error in words where there is none that is good */
  sign(wish: OutsideWish): Promise<Uint8Array>
  /** Why the command did not do what it was asked for last; undefined where it did. */
  problem(): string | undefined
}

/** By what they sign: RRSIG data in base64. JSON. */
export type OutsideSignatures = Readonly<Record<string, string>>

export const areOutsideSignatures = (value: unknown): value is OutsideSignatures =>
  typeof value === 'object' && value !== null && Object.values(value).every(text => typeof text === 'string')

export interface OutsideOptions {
  /** Runs the command with these lines, and gives its own. */
  readonly run: (lines: readonly string[]) => Promise<readonly string[]>
  readonly kept: SharedValue<OutsideSignatures>
  /** Whether a signature with this end, seconds since 1970, need not be made anew yet. */
  readonly isFresh: (expiration: number) => boolean
  /** Seconds since 1970; the later one where clocks differ. */
  readonly now: () => number
  readonly onProblem: (sentence: string) => void
}

/** So many are signed by one process. */
const MOST_LINES = 1000

interface Waiting extends OutsideWish {
  readonly done: (signature: Uint8Array) => void
  readonly failed: (error: unknown) => void
}

export function outsideSigner({ run, kept, isFresh, now, onProblem }: OutsideOptions): OutsideSigner {
  let waiting: Waiting[] = []
  let problem: string | undefined
  let running: Promise<void> = Promise.resolve()

  const runAll = async (): Promise<void> => {
    const all = waiting
    waiting = []
    for (let from = 0; from < all.length; from += MOST_LINES) await runSome(all.slice(from, from + MOST_LINES))
  }
  const runSome = async (some: readonly Waiting[]): Promise<void> => {
    try {
      const lines = await run(some.map(lineOf))
      if (lines.length !== some.length)
        throw new Error(`the command that signs gave ${lines.length} lines for ${some.length}`)
      const signed = some.map((wish, i) => verified(wish, lines[i]!))
      await kept.update(before => ({ ...current(before, now()), ...Object.fromEntries(signed.map(entryOf)) }))
      problem = undefined
      signed.forEach(({ rdata }, i) => void some[i]!.done(rdata))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (why !== problem) onProblem(why)
      problem = why
      for (const { failed } of some) failed(error)
    }
  }
  /** What is asked for at one time is signed by one process; and never do two run. */
  const viaCommand = (wish: OutsideWish): Promise<Uint8Array> =>
    new Promise((done, failed) => {
      if (waiting.push({ ...wish, done, failed }) === 1)
        setImmediate(() => {
          running = running.then(runAll)
        })
    })

  return {
    problem: () => problem,
    async sign(wish) {
      const text = kept.current()[idOf(wish)]
      const before = text === undefined ? undefined : Uint8Array.from(Buffer.from(text, 'base64'))
      if (before !== undefined && isFresh(validityIn(before).expiration)) return before
      try {
        return await viaCommand(wish)
      } catch (error) {
        if (before !== undefined && validityIn(before).expiration > now()) return before
        throw error
      }
    },
  }
}

/** What the command is told of each set: JSON. */
const lineOf = ({ by, head, set }: OutsideWish): string =>
  JSON.stringify({
    label: by.label,
    algorithm: by.algorithm,
    keyTag: by.keyTag,
    data: Buffer.from(signedBytes(head, set)).toString('base64'),
  })

interface Signed {
  readonly wish: OutsideWish
  readonly rdata: Uint8Array
}

/** @throws Error in words where it is no signature of what was asked for */
function verified(wish: OutsideWish, line: string): Signed {
  const { by, head, set } = wish
  const signature = Uint8Array.from(Buffer.from(line, 'base64'))
  if (!verifyBytes(by.algorithm, by.publicKey!, signedBytes(head, set), signature))
    // whoever has a label has it
    throw new Error(`the command that signs gave no signature by ${by.label} (${by.keyTag}) of what it was asked for`)
  return { wish, rdata: signedBytes(head, signature) }
}

const entryOf = ({ wish, rdata }: Signed): readonly [string, string] => [
  idOf(wish),
  Buffer.from(rdata).toString('base64'),
]

const idOf = ({ by, set }: OutsideWish): string =>
  createHash('sha256')
    .update(`${by.algorithm} ${by.keyTag} ${by.label} `)
    .update(by.publicKey!)
    .update(set)
    .digest('hex') // likewise

/** Without those that have ended. */
const current = (kept: OutsideSignatures, now: number): OutsideSignatures =>
  Object.fromEntries(
    Object.entries(kept).filter(
      ([, text]) => validityIn(Uint8Array.from(Buffer.from(text, 'base64'))).expiration > now,
    ),
  )
