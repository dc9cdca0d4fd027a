// Proofs for zones with compact denial (RFC 9824), of names that nobody has foreseen: each is made, and signed, when it is asked for.
import { nsecData } from '../../dns/dnssec-denial.js'
import { nameAfter, nameAfterAll, nameBefore } from '../../dns/dnssec-neighbour.js'
import { compareNames } from '../../dns/dnssec-order.js'
import { type Name, nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { OnlineProof, OnlineProofs } from '../../snapshot/online.js'
import type { ChainLink } from './denial-chain.js'
import { Signatures } from './signatures.js'
import { signer } from './signed-zone.js'
import type { SigningTime } from './validity.js'
import type { SignedZone } from './zone-signing.js'

/** So many are remembered: a resolver that asks for one name has many clients, and often asks for several types. */
const MOST_KEPT = 10_000

/** @param zoneAt that of the snapshot in use */
export function onlineDenial(zoneAt: (zone: number) => SignedZone | undefined, time: () => SigningTime): OnlineProofs {
  const signatures = new Signatures()
  const prove = (zone: SignedZone, owner: Name, next: Name, types: readonly number[]): OnlineProof => {
    if (signatures.size >= MOST_KEPT) {
      signatures.begin(time())
      signatures.end()
    } else signatures.setTime(time())
    const { origin, keys, chain } = zone
    const { ttl } = chain[0]!.set // there is one for the apex at least
    const rdata = nsecData(next, types)
    const [signed] = signer(signatures, origin, keys)({ owner, type: TYPE.NSEC, ttl, rdatas: [rdata] })
    return { owner, ttl, rdata, signatures: signed!.rdatas } // a zone that is signed has keys
  }
  const signedZone = (number: number): SignedZone => {
    const zone = zoneAt(number)
    if (zone === undefined) throw new Error('a proof for a zone that has no compact denial')
    return zone
  }
  return {
    absent(number, name, asked) {
      const zone = signedZone(number)
      const types = [TYPE.RRSIG, TYPE.NSEC, TYPE.NXNAME].filter(type => type !== asked)
      return prove(zone, name, nameAfter(name, zone.origin), types)
    },
    expanded(number, name, wildcard, asked) {
      const zone = signedZone(number)
      const { types } = zone.chain[zone.places.get(nameKey(wildcard))!]! // it is one of its names
      const own = [...types, TYPE.RRSIG, TYPE.NSEC].filter(type => type !== asked)
      return prove(zone, name, nameAfter(name, zone.origin), own)
    },
    nothingAt(number, name) {
      const zone = signedZone(number)
      const before = nameBefore(name)
      const last = lastBefore(zone.chain, name)
      const next = nameAfterAll(name, zone.origin)
      // As good as never does a name exist between the two; where one does, it is the proof's to name.
      const exists = compareNames(last.set.owner, before) >= 0
      return exists
        ? prove(zone, last.set.owner, next, [...last.types, TYPE.RRSIG, TYPE.NSEC])
        : prove(zone, before, next, [TYPE.RRSIG, TYPE.NSEC])
    },
  }
}

/** The last name that exists before another, by canonical order; the apex is before all of them. */
function lastBefore(chain: readonly ChainLink[], name: Name): ChainLink {
  let low = 0
  for (let high = chain.length; high - low > 1; ) {
    const middle = (low + high) >> 1
    if (compareNames(chain[middle]!.set.owner, name) < 0) low = middle
    else high = middle
  }
  return chain[low]!
}
