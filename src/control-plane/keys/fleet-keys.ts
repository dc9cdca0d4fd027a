// Keys that a fleet shares: those of each zone are one value, changed by comparing and setting, so that whoever makes the first
// key makes it for all. Private halves are sealed.
import { formatName, type Name } from '../../dns/name.js'
import type { SharedValue } from '../state/shared-value.js'
import type { KeyBox } from './key-box.js'
import type { KeyFiles } from './key-files.js'
import { isSealedKey, openKey, type SealedKey, sealKey, secretName } from './sealed-key.js'
import type { StoredKey } from './stored-key.js'

/** The keys of one zone. JSON. */
export interface KeptKeys {
  readonly keys: readonly SealedKey[]
  /** Those that are its keys no longer, the last ones first. */
  readonly retired: readonly SealedKey[]
}

export const NO_KEPT_KEYS: KeptKeys = { keys: [], retired: [] }

export const areKeptKeys = (value: unknown): value is KeptKeys => {
  const { keys, retired } = (value ?? {}) as Partial<Record<keyof KeptKeys, unknown>> // somebody else wrote it
  return [keys, retired].every(list => Array.isArray(list) && list.every(isSealedKey))
}

/** So many retired keys of a zone are kept. */
const MOST_RETIRED = 8

export interface FleetKeysOptions {
  /** What the fleet has of a zone, by its name in lower case and with the final dot. */
  readonly value: (zone: string) => SharedValue<KeptKeys>
  /** The first seals, all of them open; where there are none, keys are this node's own. */
  readonly secrets: () => readonly Uint8Array[]
  /** Of this node: where the fleet has no keys of a zone, it takes over those that are here. */
  readonly own: KeyFiles
  /** Epoch ms. */
  readonly now: () => number
  /** Another node, or this one, has changed the keys of a zone. */
  readonly onChange: (origin: Name) => void
}

export interface FleetKeys extends KeyBox {
  /** Gives the fleet the keys of this node, of zones that it has none of. @returns these. @throws StoreAway */
  bring(): Promise<readonly Name[]>
  /** Seals with the first secret what was sealed with another. @throws StoreAway */
  reseal(): Promise<void>
}

export function fleetKeys({ value, secrets, own, now, onChange }: FleetKeysOptions): FleetKeys {
  const known = new Map<string, { readonly origin: Name; readonly shared: SharedValue<KeptKeys> }>()
  const of = (origin: Name): SharedValue<KeptKeys> => {
    const zone = formatName(origin).toLowerCase()
    const before = known.get(zone)
    if (before !== undefined) return before.shared
    const shared = value(zone)
    known.set(zone, { origin, shared })
    shared.onChange(() => onChange(origin))
    return shared
  }
  const isOurs = (origin: Name): boolean => secrets().length === 0 && of(origin).current().keys.length === 0
  const seal = (origin: Name, key: StoredKey): SealedKey =>
    sealKey(origin, key, secrets()[0]!, Math.floor(now() / 1000)) // there is one, or they are ours
  const opened = (origin: Name): readonly StoredKey[] =>
    of(origin)
      .current()
      .keys.map(key => openKey(origin, key, secrets()))

  const add = async (origin: Name, keys: readonly StoredKey[], firstOnly = false): Promise<void> => {
    const sealed = keys.map(key => seal(origin, key))
    await of(origin).update(kept =>
      firstOnly && kept.keys.length > 0 ? kept : { ...kept, keys: [...kept.keys, ...sealed] },
    )
  }

  const bringOwn = async (origin: Name): Promise<boolean> => {
    if (of(origin).current().keys.length > 0) return false
    const brought = await own.read(origin)
    if (brought.length > 0) await add(origin, brought, true)
    return brought.length > 0
  }

  return {
    async read(origin) {
      if (isOurs(origin)) return own.read(origin)
      await bringOwn(origin)
      return opened(origin)
    },
    async bring() {
      if (secrets().length === 0) return []
      const brought: Name[] = []
      for (const origin of await own.origins()) if (await bringOwn(origin)) brought.push(origin)
      return brought
    },
    add: (origin, keys, firstOnly) =>
      isOurs(origin) ? own.add(origin, keys, firstOnly) : add(origin, keys, firstOnly),
    async retire(origin, files) {
      if (isOurs(origin)) return own.retire(origin, files)
      await of(origin).update(kept => without(kept, files))
    },
    async reseal() {
      const [first] = secrets()
      if (first === undefined) return
      const names = secrets().map(secretName)
      const isOld = ({ by }: SealedKey): boolean => by !== names[0] && names.includes(by)
      for (const { origin, shared } of known.values()) {
        const again = (key: SealedKey): SealedKey => (isOld(key) ? seal(origin, openKey(origin, key, secrets())) : key)
        await shared.update(kept => {
          const { keys, retired } = kept
          return [...keys, ...retired].some(isOld) ? { keys: keys.map(again), retired: retired.map(again) } : kept
        })
      }
    },
  }
}

function without({ keys, retired }: KeptKeys, files: readonly string[]): KeptKeys {
  const gone = keys.filter(({ file }) => files.includes(file))
  return {
    keys: keys.filter(key => !gone.includes(key)),
    retired: [...gone, ...retired].slice(0, MOST_RETIRED),
  }
}
