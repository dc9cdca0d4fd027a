// Signed zones of a node: where their keys are, what time it is for signatures, and when those are made anew.
import { join } from 'node:path'
import { KeyStore } from '../control-plane/keys/key-store.js'
import type { Publisher, SigningSource } from '../control-plane/publish/publisher.js'
import { dueAt, jumpOf, type SigningTime } from '../control-plane/publish/validity.js'
import type { Log } from '../log.js'

export interface Dnssec {
  readonly keys: KeyStore
  readonly signing: SigningSource
  /** By how much the system's clock has moved against the other, seconds; 0 where it has not jumped. */
  jump(): number
  /** Makes signatures anew while there is time. Returns what ends that. */
  watch(publisher: Publisher): () => void
}

const EVERY_MS = 60_000

export function openDnssec(stateDirectory: string, log: Log, time: () => SigningTime = twoClocks()): Dnssec {
  const keys = new KeyStore({
    folder: join(stateDirectory, 'keys'),
    now: Date.now,
    onMade: (zone, { file }) => log.info({ zone, file }, `a key was made for ${zone}: ${file}`),
  })
  return {
    keys,
    signing: { prepare: document => keys.prepare(document), keysOf: keys.keysOf, time },
    jump: () => jumpOf(time()),
    watch(publisher) {
      let told = 0
      const timer = setInterval(() => {
        const now = time()
        const jump = jumpOf(now)
        const jumped = Math.round(jump) !== Math.round(told)
        if (jumped && jump !== 0 && publisher.signatureCounts().count > 0)
          log.error(
            { seconds: jump },
            `the clock of the system has jumped by ${Math.round(jump)} s: signatures are made to be good by the old time and the new; set it right, and restart`,
          )
        told = jump
        if (!jumped && !isDue(publisher.signatureCounts().firstExpiration, now)) return
        publisher.resign().catch((err: unknown) => log.error({ err }, 'signatures could not be made anew'))
      }, EVERY_MS)
      timer.unref()
      return () => clearInterval(timer)
    },
  }
}

/** Whether signatures of which the first expires then, seconds since 1970, have to be made anew. */
export const isDue = (firstExpiration: number, { wall, steady }: SigningTime): boolean =>
  dueAt(firstExpiration) <= Math.max(wall, steady)

/** The system's clock, and one that nobody sets, which began when this was called. */
function twoClocks(): () => SigningTime {
  const began = Date.now() - performance.now()
  return () => ({ wall: Date.now() / 1000, steady: (began + performance.now()) / 1000 })
}
