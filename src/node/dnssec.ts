// Signed zones of a node: where their keys are, what time it is for signatures, when those are made anew, and how rollovers go on.
import { join } from 'node:path'
import type { DnssecPort } from '../control-plane/admin/port.js'
import { areKeyStates, type KeyStates, NO_KEY_STATES } from '../control-plane/keys/key-states.js'
import { KeyStore } from '../control-plane/keys/key-store.js'
import { mayBeHeld } from '../control-plane/keys/parent-seen.js'
import { Rollovers } from '../control-plane/keys/rollovers.js'
import type { EventBus } from '../control-plane/operate/event.js'
import type { Publisher } from '../control-plane/publish/publisher.js'
import { areGivenSerials, type SerialOf, signedSerials } from '../control-plane/publish/signed-serials.js'
import type { SigningSource } from '../control-plane/publish/signing.js'
import { dueAt, jumpOf, type SigningTime } from '../control-plane/publish/validity.js'
import { readKept } from '../control-plane/state/kept-value.js'
import { OwnValue } from '../control-plane/state/own-value.js'
import type { SharedValue } from '../control-plane/state/shared-value.js'
import type { Zone } from '../control-plane/traffic/document/zone.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import { cutOffOf, tellCutOff } from './cut-off.js'
import type { Fleet } from './fleet.js'
import { openSigner } from './signer.js'
import { openZoneKeys } from './zone-keys.js'
import { openParents } from './zone-parents.js'

export interface Dnssec {
  readonly signing: SigningSource
  readonly port: (publisher: Publisher) => DnssecPort
  /** Whether resolvers may hold a DS of the zone from its parent, as far as is known. */
  readonly isChained: (zone: Zone) => boolean
  /**
   * Makes signatures anew while there is time, and goes on with rollovers. Returns what ends that.
   * @param onSigned what is served of this document has been signed anew
   */
  watch(
    publisher: Publisher,
    document: () => TrafficDocument,
    onSigned: (document: TrafficDocument) => void,
  ): () => void
}

const EVERY_MS = 60_000
/** A machine that slept for days wakes with signatures that have ended: it sees so by its clock, and at once. */
const CLOCK_MS = 1000

/** @throws Error in words where what is remembered of rollovers cannot be read */
export async function openDnssec(
  settings: Pick<Settings, 'stateDirectory' | 'dnssec'>,
  fleet: Fleet | undefined,
  log: Log,
  bus: Pick<EventBus, 'tell'>,
  time: () => SigningTime = twoClocks(),
): Promise<Dnssec> {
  const states = await openStates(settings.stateDirectory, fleet)
  let apply = async (): Promise<void> => undefined
  const { box, isEachOnesOwn, tend, watch } = await openZoneKeys(settings, fleet, log, async origin => {
    await keys.reread(origin)
    await apply()
  })
  const keys: KeyStore = new KeyStore({
    box,
    now: Date.now,
    states,
    onMade: (zone, { file }) => log.info({ zone, file }, `a key was made for ${zone}: ${file}`),
    onProblem: (sentence, err) => log.error({ err }, sentence),
  })
  // Before a zone is signed: else another node would make keys of its own for it.
  await tend()
  let isBehind = false
  let document = (): TrafficDocument | undefined => undefined
  const cutOff = (zone: Zone) => cutOffOf(zone, fleet, keys)
  const now = (): number => Math.min(time().wall, time().steady)
  const happened = (zone: string, what: string): void => bus.tell({ kind: 'dnssec', at: Date.now(), zone, what })
  const parents = openParents(settings, { document: () => document(), keys, now, log, happened })
  const rollovers = new Rollovers({
    keys,
    states,
    now,
    parents,
    apply: () => apply(),
    tell(zone, sentence) {
      log.info({ zone }, `${zone}: ${sentence}`)
      happened(zone, sentence)
    },
    shared: isEachOnesOwn,
    behind: () => isBehind,
    signsElsewhere: () => settings.dnssec.signer !== undefined,
  })
  const outside = await openSigner(settings, time, log)
  const serialOf = await openSignedSerials(settings.stateDirectory, time, log)
  return {
    signing: { prepare: document => keys.prepare(document), keysOf: keys.keysOf, time, outside, ahead: true, serialOf },
    isChained: zone => mayBeHeld(parents.of(zone).seen, keys.rolloverOf(zone.origin)),
    port: publisher => ({
      keys,
      rollovers,
      parents,
      signatures: () => publisher.signatureCounts(),
      jump: () => jumpOf(time()),
      cutOff,
      signerProblem: () => outside?.problem(),
    }),
    watch(publisher, current, onSigned) {
      document = current
      // Where it fails it is done again a minute later; what was signed before is served meanwhile.
      apply = async () => {
        try {
          await publisher.resign()
          isBehind = false
          const published = publisher.current()
          if (published !== undefined) onSigned(published.world.document)
        } catch (err) {
          isBehind = true
          log.error({ err }, 'signatures could not be made anew')
        }
      }
      // Others of the fleet go on with rollovers as well.
      states.onChange(() => void apply())
      const unwatch = watch(() => void tend().then(() => keys.rereadAll()))
      const look = lookAt({ publisher, rollovers, time, log, apply, isBehind: () => isBehind })
      const tell = tellCutOff(cutOff, log)
      const lookAround = oneAtATime(async () => {
        await tend()
        await look(current())
      })
      // Those of which nothing is waited for may take their time.
      const resting = () => [...current().zones.values()].filter(zone => keys.rolloverOf(zone.origin) === undefined)
      const lookUp = oneAtATime(() => parents.look(resting()))
      const both = (): void => {
        tell(current(), Math.max(time().wall, time().steady))
        void lookAround()
        void lookUp()
      }
      both()
      const timers = [setInterval(both, EVERY_MS), setInterval(onJump(time, lookAround), CLOCK_MS)]
      for (const timer of timers) timer.unref()
      return () => {
        unwatch()
        timers.forEach(clearInterval)
      }
    },
  }
}

/** Does its work whenever the system's clock has jumped since it was called last. */
function onJump(time: () => SigningTime, work: () => Promise<void>): () => void {
  let known = jumpOf(time())
  return () => {
    const jump = jumpOf(time())
    if (Math.abs(jump - known) < 1) return
    known = jump
    void work()
  }
}

/** What takes longer than until it is asked for again is not begun beside itself. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let isBusy = false
  return async () => {
    if (isBusy) return
    isBusy = true
    try {
      await work()
    } finally {
      isBusy = false
    }
  }
}

interface Looked {
  readonly publisher: Publisher
  readonly rollovers: Rollovers
  readonly time: () => SigningTime
  readonly log: Log
  readonly apply: () => Promise<void>
  readonly isBehind: () => boolean
}

function lookAt({
  publisher,
  rollovers,
  time,
  log,
  apply,
  isBehind,
}: Looked): (document: TrafficDocument) => Promise<void> {
  let told = 0
  return async document => {
    const now = time()
    const jump = jumpOf(now)
    const jumped = Math.round(jump) !== Math.round(told)
    if (jumped && jump !== 0 && publisher.signatureCounts().count > 0)
      log.error(
        { seconds: jump },
        `the clock of the system has jumped by ${Math.round(jump)} s: signatures are made to be good by the old time and the new; set it right, and restart`,
      )
    told = jump
    if (jumped || isBehind() || isDue(publisher.signatureCounts().firstExpiration, now)) await apply()
    await rollovers.look(document).catch((err: unknown) => log.error({ err }, 'a rollover could not go on'))
  }
}

async function openStates(stateDirectory: string, fleet: Fleet | undefined): Promise<SharedValue<KeyStates>> {
  if (fleet !== undefined) return fleet.value('rollovers', NO_KEY_STATES, areKeyStates)
  const path = join(stateDirectory, 'rollovers.json')
  // Without it nobody knows which keys sign: a guess could make the zone bogus.
  return new OwnValue(path, (await readKept(path, areKeyStates)) ?? NO_KEY_STATES)
}

async function openSignedSerials(stateDirectory: string, time: () => SigningTime, log: Log): Promise<SerialOf> {
  const path = join(stateDirectory, 'signed-serials.json')
  return signedSerials(
    new OwnValue(path, (await readKept(path, areGivenSerials)) ?? {}),
    () => Math.floor(time().wall),
    err => log.error({ err }, `${path} cannot be written`),
  )
}

/** Whether signatures of which the first expires then, seconds since 1970, have to be made anew. */
export const isDue = (firstExpiration: number, { wall, steady }: SigningTime): boolean =>
  dueAt(firstExpiration) <= Math.max(wall, steady)

/** The system's clock, and one that nobody sets, which began when this was called. */
function twoClocks(): () => SigningTime {
  const began = Date.now() - performance.now()
  return () => ({ wall: Date.now() / 1000, steady: (began + performance.now()) / 1000 })
}
