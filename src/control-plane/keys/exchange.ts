// What somebody wishes of the keys of a zone, and which of them leave and come for it.
import type { Zone } from '../traffic/document/zone.js'
import type { RolloverKind } from './rollover.js'
import { rolesOf } from './staged-keys.js'
import { type KeyRole, makeKey, type StoredKey } from './stored-key.js'

export interface RolloverWish {
  readonly kind: RolloverKind
  readonly emergency: boolean
  /** Of the new keys; that of the old ones unless told. */
  readonly algorithm?: number
  /** Whether there are to be two kinds of key; as it was unless told. */
  readonly split?: boolean
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
  { kind, algorithm, split }: RolloverWish,
): Promise<{ readonly old: readonly StoredKey[]; readonly made: readonly StoredKey[] }> {
  const roles = rolesOf(stored)
  const hasTwo = areTwoKinds(roles)
  const number = algorithm ?? stored[0]!.algorithm // it has keys
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
  const outside = old.find(({ label }) => label !== undefined)
  if (outside !== undefined)
    throw new RolloverRefused(
      `the private half of ${outside.file} is elsewhere: a key in its place cannot be made here`,
    )
  const made: StoredKey[] = []
  for (const role of wanted) made.push(await makeKey(origin, role, number, [...stored, ...made]))
  return { old, made }
}
