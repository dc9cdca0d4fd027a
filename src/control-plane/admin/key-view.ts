// A key of a zone as the API shows it: what it does now, and what the rollover that is under way makes of it next. Pure.
import { SIGNING_ALGORITHMS } from '../../dns/dnssec-algorithms.js'
import { formatName, type Name } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { Planned } from '../keys/advance.js'
import { type Rollover, stagesOf } from '../keys/rollover.js'
import { rolesOf, stagedKeys } from '../keys/staged-keys.js'
import type { StoredKey } from '../keys/stored-key.js'
import type { ZoneKeys } from '../keys/zone-keys.js'
import type { DnssecView } from './api-dnssec.js'
import { isoTime } from './api-values.js'
import { wantedKeys } from './parent-view.js'

type KeyView = DnssecView['keys'][number]

/** Keys that are there, and what they do. */
interface InUse {
  readonly stored: readonly StoredKey[]
  readonly used: ZoneKeys
}

/** @param calendar of the rollover, from the stage that it has come to on */
export function keyViews(
  origin: Name,
  stored: readonly StoredKey[],
  rollover: Rollover | undefined,
  calendar: readonly Planned[],
): readonly KeyView[] {
  const roles = rolesOf(stored, rollover)
  const wanted = wantedKeys(stored, rollover)
  const now: InUse = { stored, used: stagedKeys(origin, stored, rollover) }
  const course = rollover === undefined ? [] : courseOf(origin, stored, rollover, calendar)
  return stored.map(key => {
    const part = partOf(key, rollover)
    const state = stateIn(now, key, part)
    const next = course.find(later => stateIn(later, key, part) !== state)
    return {
      file: key.file,
      algorithm: SIGNING_ALGORITHMS.get(key.algorithm)!.name, // the store has no others
      keyTag: key.keyTag,
      role: roles.get(key.file)!, // each has one
      ...(part === undefined ? {} : { part }),
      ...(key.label === undefined ? {} : { elsewhere: true }),
      state,
      ...(next === undefined
        ? {}
        : { next: { at: isoTime(next.at * 1000), state: stateIn(next, key, part), earliest: next.earliest } }),
      delegated: wanted.includes(key),
      dnskey: `${formatName(origin)} IN DNSKEY ${formatRdata(TYPE.DNSKEY, key.dnskey)}`,
    }
  })
}

function partOf({ file }: StoredKey, rollover: Rollover | undefined): KeyView['part'] {
  if (rollover?.old.includes(file) === true) return 'leaves'
  return rollover?.new.includes(file) === true ? 'comes' : undefined
}

/** What is in use from when on; after its last stage those that leave are gone. */
const courseOf = (
  origin: Name,
  stored: readonly StoredKey[],
  rollover: Rollover,
  [, ...later]: readonly Planned[],
): readonly (InUse & Planned)[] =>
  later.map((planned, i) => {
    const stage = rollover.stage + 1 + i
    if (stage < stagesOf(rollover).length)
      return { ...planned, stored, used: stagedKeys(origin, stored, { ...rollover, stage }) }
    const left = stored.filter(({ file }) => !rollover.old.includes(file))
    return { ...planned, stored: left, used: stagedKeys(origin, left) }
  })

/** Tags tell the keys of a zone from each other. */
function stateIn({ stored, used }: InUse, { file, keyTag, dnskey }: StoredKey, part: KeyView['part']): string {
  if (stored.every(key => key.file !== file)) return 'put aside'
  const signs = [
    ...(used.signsKeys.some(key => key.keyTag === keyTag) ? ['the keys'] : []),
    ...(used.signsZone.some(key => key.keyTag === keyTag) ? ['the zone'] : []),
  ]
  const idle = part === 'leaves' ? 'any more' : 'yet'
  return [
    used.published.includes(dnskey) ? 'published' : `not published ${idle}`,
    signs.length === 0 ? `signs nothing ${idle}` : `signs ${signs.join(' and ')}`,
  ].join('; ')
}
