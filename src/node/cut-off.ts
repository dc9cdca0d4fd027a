// What a node says of its keys while it hears nothing of its fleet: others may exchange them meanwhile.

import { sureUntil } from '../control-plane/keys/cut-off.js'
import type { KeyStore } from '../control-plane/keys/key-store.js'
import type { Zone } from '../control-plane/traffic/document/zone.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import { formatName } from '../dns/name.js'
import type { Log } from '../log.js'
import type { Fleet } from './fleet.js'

/** Seconds since 1970. */
export interface CutOff {
  readonly since: number
  /** From then on what this node signs may be bogus to resolvers that have asked others. */
  readonly sureUntil: number
}

/** Undefined where the zone has no keys that others can exchange, or the fleet is heard of. */
export function cutOffOf(
  { origin, dnssec }: Zone,
  fleet: Pick<Fleet, 'state'> | undefined,
  keys: Pick<KeyStore, 'rolloverOf'>,
): CutOff | undefined {
  const standing = fleet?.state().standing
  if (dnssec === undefined || standing?.kind !== 'away') return undefined
  const since = standing.since / 1000
  return { since, sureUntil: sureUntil(since, keys.rolloverOf(origin), dnssec.propagation) }
}

const moment = (seconds: number): string => new Date(seconds * 1000).toISOString()

/** Tells once that it begins, and once that the time is over, of each zone. @returns what is to be called from time to time */
export function tellCutOff(
  cutOff: (zone: Zone) => CutOff | undefined,
  log: Log,
): (document: TrafficDocument, now: number) => void {
  const told = new Map<string, 'begun' | 'over'>()
  return ({ zones }, now) => {
    for (const zone of zones.values()) {
      const name = formatName(zone.origin)
      const off = cutOff(zone)
      if (off === undefined) {
        told.delete(name)
        continue
      }
      const stage = off.sureUntil <= now ? 'over' : 'begun'
      if (told.get(name) === stage) continue
      told.set(name, stage)
      log.error(
        { zone: name, since: moment(off.since), sureUntil: moment(off.sureUntil) },
        stage === 'begun'
          ? `${name}: nothing is heard of the fleet; others may exchange its keys, so that from ${moment(off.sureUntil)} on answers of this node may be bogus: bring etcd back, or take the node out of service before`
          : `${name}: others may have exchanged its keys by now, and answers of this node be bogus: take it out of service until etcd is back`,
      )
    }
  }
}
