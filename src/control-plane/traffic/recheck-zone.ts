// What has to be looked at again of a zone that has passed its rules, where few of its records are others now.
import { isDeepStrictEqual } from 'node:util'
import { nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { differenceOf } from '../descent/descent.js'
import type { PlacedStatic, PlacedZone } from './placed.js'

/**
 * The zone with nothing but the names at which something has changed: where these pass the rules, all of it does. Undefined where
 * a change can matter to other names: of nameservers, and of all within a zone that has an end, a delegation or a DNAME.
 * @param before has passed the rules
 */
export function changedNames(before: PlacedZone, zone: PlacedZone): PlacedZone | undefined {
  const statics = differenceOf(before.statics, zone.statics)
  const steered = differenceOf(before.steered, zone.steered)
  const aliases = differenceOf(before.aliases, zone.aliases)
  if (statics === undefined || steered === undefined || aliases === undefined) return undefined
  if (!isDeepStrictEqual(before.nameservers, zone.nameservers)) return undefined
  if (statics.gone.some(isEnd) || zone.statics.some(isEnd)) return undefined
  const changed = [statics, steered, aliases].flatMap(({ gone, come }) => [...gone, ...come])
  const keys = new Set(changed.map(({ key }) => key))
  if (zone.nameservers.some(({ name }) => keys.has(nameKey(name)))) return undefined
  const isChanged = ({ key }: { readonly key: string }): boolean => keys.has(key)
  return {
    ...zone,
    nameservers: [],
    statics: zone.statics.filter(isChanged),
    steered: zone.steered.filter(isChanged),
    aliases: zone.aliases.filter(isChanged),
  }
}

const isEnd = ({ type }: PlacedStatic): boolean => type === TYPE.NS || type === TYPE.DNAME
