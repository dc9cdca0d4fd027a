// What somebody wishes of the keys of a zone, and which of them leave and come for it.
import type { Zone } from '../traffic/document/zone.js'
import type { RolloverKind } from './rollover.js'
import { rolesOf } from './staged-keys.js'
import { isEntryPoint, type KeyRole, makeKey, type StoredKey } from './stored-key.js'

export interface RolloverWish {
  readonly kind: RolloverKind
  readonly emergency: boolean
  /** Of the new keys; that of the old ones unless told. */
  readonly algorithm?: number
  /** Whether there are to be two kinds of key; as it was unless told. */
  readonly split?: boolean
  /** The one that the parent is to know, whose private half is elsewhere; made here unless told. */
  readonly key?: StoredKey
  readonly actor: string
  readonly reason: string
}

/** What cannot be done as things are, in words. */
export class RolloverRefused extends Error {
  override readonly name = 'RolloverRefused'
}

const areTwoKinds = (roles: ReadonlyMap<string, KeyRole>): boolean => [...roles.values()].some(role => role !== 'CSK')

/** What can be wished of keys such as these; nothing where there are none. */
export function kindsFor(stored: readonly StoredKey[]): readonly Exclude<RolloverKind, 'sign'>[] {
  if (stored.length === 0) return []
  return areTwoKinds(rolesOf(stored)) ? ['ksk', 'zsk', 'algorithm', 'unsign'] : ['csk', 'algorithm', 'unsign']
}

/** Which keys leave, and new ones in their place. @throws RolloverRefused */
export async function exchange(
  { origin }: Zone,
  stored: readonly StoredKey[],
  { kind, algorithm, split, key }: RolloverWish,
): Promise<{ readonly old: readonly StoredKey[]; readonly made: readonly StoredKey[] }> {
  const roles = rolesOf(stored)
  const hasTwo = areTwoKinds(roles)
  const number = algorithm ?? key?.algorithm ?? stored[0]!.algorithm // it has keys
  if (kind === 'unsign') return { old: [], made: [] }
  if (kind !== 'algorithm' && stored.some(key => key.algorithm !== number))
    throw new RolloverRefused('another algorithm is a rollover of the kind algorithm')
  if (kind === 'algorithm' && stored.every(key => key.algorithm === number))
    throw new RolloverRefused('the keys are of this algorithm')
  const kinds: readonly RolloverKind[] = kindsFor(stored)
  if (!kinds.includes(kind))
    throw new RolloverRefused(
      hasTwo
        ? 'the zone has keys of two kinds: roll the ksk, the zsk, or both by algorithm'
        : 'the zone has one key for everything: roll the csk',
    )
  const wanted =
    kind === 'ksk' || kind === 'zsk'
      ? [kind === 'ksk' ? ('KSK' as const) : ('ZSK' as const)]
      : (split ?? hasTwo)
        ? (['KSK', 'ZSK'] as const)
        : (['CSK'] as const)
  const old = kind === 'ksk' || kind === 'zsk' ? stored.filter(({ file }) => roles.get(file) === wanted[0]) : stored
  refuseElsewhere(stored, old, wanted, number, key)
  const made: StoredKey[] = []
  for (const role of wanted)
    made.push(role === 'KSK' && key !== undefined ? key : await makeKey(origin, role, number, [...stored, ...made]))
  return { old, made }
}

/** What a key elsewhere can take the place of, and be followed by. @throws RolloverRefused */
function refuseElsewhere(
  stored: readonly StoredKey[],
  old: readonly StoredKey[],
  wanted: readonly KeyRole[],
  algorithm: number,
  key: StoredKey | undefined,
): void {
  const leaves = old.find(({ label }) => label !== undefined)
  if (leaves !== undefined && key === undefined)
    throw new RolloverRefused(
      `the private half of ${leaves.file} is elsewhere: a key in its place cannot be made here; make it there, and name it`,
    )
  if (key === undefined) return
  if (!wanted.includes('KSK'))
    throw new RolloverRefused(
      'a key that is elsewhere signs keys only: roll the ksk, or make two keys of one with "split"',
    )
  if (!isEntryPoint(key))
    throw new RolloverRefused(`${key.file} has no flag of an entry point (257): the parent could not know it`)
  if (key.algorithm !== algorithm)
    throw new RolloverRefused(`${key.file} is of another algorithm than the one that is wanted`)
  if (stored.some(({ keyTag }) => keyTag === key.keyTag))
    throw new RolloverRefused(`the zone has a key with the tag ${key.keyTag} already: make another`)
}
