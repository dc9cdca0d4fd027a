// The keys of a zone in the stage that its rollover has come to: what is published, what signs, what the parent is asked for. Pure.
import { dsData } from '../../dns/dnssec-key.js'
import type { Name } from '../../dns/name.js'
import { type AtParent, type Rollover, type Stage, stagesOf, type Who } from './rollover.js'
import { isEntryPoint, type KeyRole, type StoredKey } from './stored-key.js'
import type { SigningKey, ZoneKeys } from './zone-keys.js'

/** Keys by what they do: those of entry points sign the keys, the others the zone; where there are none of one kind, the others do both. */
interface Division {
  readonly all: readonly StoredKey[]
  readonly signsKeys: readonly StoredKey[]
  readonly signsZone: readonly StoredKey[]
}

function divide(all: readonly StoredKey[]): Division {
  const entry = all.filter(isEntryPoint)
  const others = all.filter(key => !isEntryPoint(key))
  return { all, signsKeys: entry.length > 0 ? entry : others, signsZone: others.length > 0 ? others : entry }
}

/** The keys as they were before a rollover, and as they are after it; the same without one. */
export function sidesOf(stored: readonly StoredKey[], rollover: Rollover | undefined): Record<'old' | 'new', Division> {
  const without = (files: readonly string[] = []): Division =>
    divide(stored.filter(({ file }) => !files.includes(file)))
  return { old: without(rollover?.new), new: without(rollover?.old) }
}

/** RFC 8078 §4 and its erratum: what asks a parent to have no DS, as a CDS and as a CDNSKEY. */
const NO_DS = { cds: [Uint8Array.of(0, 0, 0, 0, 0)], cdnskey: [Uint8Array.of(0, 0, 3, 0, 0)] }

const STEADY: Pick<Stage, 'published' | 'signsKeys' | 'signsZone' | 'atParent'> = {
  published: 'new',
  signsKeys: 'new',
  signsZone: 'new',
  atParent: 'new',
}

export function stagedKeys(origin: Name, stored: readonly StoredKey[], rollover?: Rollover): ZoneKeys {
  // Of its first stage nothing depends on keys that are still on their way here.
  if (rollover?.stage === 0 && !isWhole(stored, rollover)) return stagedKeys(origin, stored)
  const stage = rollover === undefined ? STEADY : stageOf(rollover)
  const sides = sidesOf(stored, rollover)
  const pick = (who: Who, what: keyof Division): readonly StoredKey[] =>
    who === 'both' ? [...new Set([...sides.old[what], ...sides.new[what]])] : sides[who][what]
  return {
    published: pick(stage.published, 'all').map(({ dnskey }) => dnskey),
    signsKeys: pick(stage.signsKeys, 'signsKeys').map(signing),
    signsZone: pick(stage.signsZone, 'signsZone').map(signing),
    atParent: asked(origin, stage.atParent, who => pick(who, 'signsKeys')),
  }
}

/** Whether all keys that are to come are there: what is under way is known before they are. */
export const isWhole = (stored: readonly StoredKey[], rollover: Pick<Rollover, 'new'>): boolean =>
  rollover.new.every(file => stored.some(key => key.file === file))

export const stageOf = (rollover: Rollover): Stage => stagesOf(rollover)[rollover.stage]! // it is never beyond the last

function asked(origin: Name, atParent: AtParent, keys: (who: Who) => readonly StoredKey[]): ZoneKeys['atParent'] {
  if (atParent === 'unsaid') return { cds: [], cdnskey: [] }
  if (atParent === 'nothing') return NO_DS
  const entries = keys(atParent)
  return {
    cds: entries.map(({ dnskey }) => dsData(origin, dnskey, 'SHA256')),
    cdnskey: entries.map(({ dnskey }) => dnskey),
  }
}

/** Keys by their files. */
export function rolesOf(stored: readonly StoredKey[], rollover?: Rollover): ReadonlyMap<string, KeyRole> {
  const { old, new: after } = sidesOf(stored, rollover)
  return new Map(
    [old, after].flatMap(({ all, signsKeys, signsZone }) =>
      all.map(key => [key.file, !signsKeys.includes(key) ? 'ZSK' : signsZone.includes(key) ? 'CSK' : 'KSK'] as const),
    ),
  )
}

const signing = ({ algorithm, keyTag, key, label, dnskey }: StoredKey): SigningKey => ({
  algorithm,
  keyTag,
  key,
  ...(label === undefined ? {} : { label, publicKey: dnskey.subarray(4) }),
})
