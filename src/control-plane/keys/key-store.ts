// Keys of zones, and what comes of each of them when. A zone without one gets one on first use; one that has keys keeps them,
// whoever made them, since its parent may know them.
import { formatName, type Name, nameKey } from '../../dns/name.js'
import type { SharedValue } from '../state/shared-value.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { KeyBox } from './key-box.js'
import type { KeyState, KeyStates } from './key-states.js'
import { longestTtl } from './longest-ttl.js'
import { type Rollover, signing } from './rollover.js'
import { stagedKeys } from './staged-keys.js'
import { isEntryPoint, makeKey, type StoredKey } from './stored-key.js'
import type { ZoneKeys } from './zone-keys.js'

interface KeyStoreOptions {
  readonly box: KeyBox
  /** Epoch ms. */
  readonly now: () => number
  /** Told of each key that is made. */
  readonly onMade?: (zone: string, key: StoredKey) => void
  /** Without it all keys are in use, and no rollover is known. */
  readonly states?: SharedValue<KeyStates>
  readonly onProblem?: (sentence: string, error: unknown) => void
}

export class KeyStore {
  private readonly options: KeyStoreOptions
  private readonly stored = new Map<string, readonly StoredKey[]>()
  private readonly origins = new Map<string, Name>()
  private readonly unread = new Map<string, string>()

  constructor(options: KeyStoreOptions) {
    this.options = options
  }

  /**
   * Reads, or makes, the keys of all zones that are to be signed and were not before.
   * @throws Error naming the file that cannot be used
   */
  async prepare(document: Pick<TrafficDocument, 'zones'>): Promise<void> {
    for (const zone of document.zones.values()) {
      const { origin, dnssec } = zone
      const made = dnssec !== undefined && !this.stored.has(nameKey(origin)) && (await this.open(zone))
      await this.note(zone, made, document)
    }
  }

  /** Undefined where a zone is not to be signed, or has not been prepared. */
  readonly keysOf = ({ origin, dnssec }: Zone): ZoneKeys | undefined => {
    const stored = this.stored.get(nameKey(origin))
    return dnssec === undefined || stored === undefined
      ? undefined
      : stagedKeys(origin, stored, this.rolloverOf(origin))
  }

  /** The keys of a zone that has been prepared; none of others. */
  storedOf(origin: Name): readonly StoredKey[] {
    return this.stored.get(nameKey(origin)) ?? []
  }

  stateOf(origin: Name): KeyState | undefined {
    return this.options.states?.current()[stateKey(origin)]
  }

  rolloverOf(origin: Name): Rollover | undefined {
    return this.stateOf(origin)?.rollover
  }

  /** Keys that a rollover takes into a zone that has been prepared. */
  async add(origin: Name, keys: readonly StoredKey[]): Promise<void> {
    await this.options.box.add(origin, keys)
    await this.reread(origin)
    for (const key of keys) this.options.onMade?.(formatName(origin), key)
  }

  async retire(origin: Name, files: readonly string[]): Promise<void> {
    if (files.length === 0) return
    await this.options.box.retire(origin, files)
    await this.reread(origin)
  }

  /** Whoever else has the keys may have changed them. Where they cannot be read, those from before stay in use. */
  async reread(origin: Name): Promise<void> {
    const key = nameKey(origin)
    if (!this.stored.has(key)) return
    try {
      this.stored.set(key, await this.options.box.read(origin))
      this.unread.delete(key)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.unread.set(key, why)
      this.options.onProblem?.(`the keys of ${formatName(origin)} have changed and cannot be read: ${why}`, error)
    }
  }

  /** What they are read with has changed. */
  async rereadAll(): Promise<void> {
    for (const origin of this.origins.values()) await this.reread(origin)
  }

  /** Why what the keys of a zone are now is not known here; undefined where it is. */
  unreadOf(origin: Name): string | undefined {
    return this.unread.get(nameKey(origin))
  }

  /** Zones whose keys cannot be read as they are now. */
  unreadCount(): number {
    return this.unread.size
  }

  /** @returns whether its first keys have just been made */
  private async open({ origin, dnssec }: Zone): Promise<boolean> {
    const { box, onMade } = this.options
    const found = await box.read(origin)
    refuseOutside(found)
    this.origins.set(nameKey(origin), origin)
    this.stored.set(nameKey(origin), found)
    if (found.length > 0 || dnssec === undefined) return false
    const roles = dnssec.split ? (['KSK', 'ZSK'] as const) : (['CSK'] as const)
    const made: StoredKey[] = []
    for (const role of roles) made.push(await makeKey(origin, role, dnssec.algorithm, made))
    await box.add(origin, made, true)
    const stored = await box.read(origin)
    this.stored.set(nameKey(origin), stored)
    const own = stored.filter(({ file }) => made.some(key => key.file === file))
    for (const key of own) onMade?.(formatName(origin), key)
    return true
  }

  /** Remembers whether a zone is signed. One that was not tells its parent of its keys only when nobody remembers it so. */
  private async note(zone: Zone, made: boolean, document: Pick<TrafficDocument, 'zones'>): Promise<void> {
    const { states, now, onProblem } = this.options
    if (states === undefined) return
    const step = (all: KeyStates): KeyStates => {
      const key = stateKey(zone.origin)
      const known = all[key]
      if (zone.dnssec === undefined) return known?.signed === true ? { ...all, [key]: { signed: false } } : all
      if (known?.signed === true) return all
      const isNew = made || known !== undefined
      const rollover = signing(longestTtl(zone, document), now() / 1000)
      return { ...all, [key]: isNew ? { signed: true, rollover } : { signed: true } }
    }
    if (step(states.current()) === states.current()) return
    try {
      await states.update(step)
    } catch (error) {
      onProblem?.(`it could not be noted that ${formatName(zone.origin)} is signed, or no longer is`, error)
    }
  }
}

/** Steered answers are signed in the moment in which they are needed, which no command can do. @throws Error in words */
function refuseOutside(stored: readonly StoredKey[]): void {
  const others = stored.filter(key => !isEntryPoint(key))
  const key = (others.length > 0 ? others : stored).find(({ label }) => label !== undefined)
  if (key !== undefined)
    throw new Error(
      `${key.file}: its private half is elsewhere, so that it can sign keys only; the zone needs another key beside it, which meridian dnssec import makes`,
    )
}

export const stateKey = (origin: Name): string => formatName(origin).toLowerCase()
