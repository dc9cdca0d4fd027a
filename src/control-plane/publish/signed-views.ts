// What secondaries get of the signed zones of a document: made when the document is compiled, from signatures that are made then anyway,
// and the same objects as before where nothing has changed.
import { createHash } from 'node:crypto'
import { nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { RecordTable, type TableRecord } from '../../dns/record-table.js'
import type { Zone } from '../traffic/document/zone.js'
import type { RecordSet, Sign } from './record-set.js'
import type { SerialOf } from './signed-serials.js'
import { soaData } from './soa-data.js'
import type { StaticView } from './static-view.js'
import type { Transferred } from './transferred.js'

/** By the key of the origin. */
export type ViewsByOrigin = ReadonlyMap<string, StaticView>

interface Coming {
  readonly serial: number
  readonly digest: string
  readonly soa: RecordSet
  readonly sets: Transferred
  readonly sign: Sign
}

interface Made {
  readonly view: StaticView
  readonly digest: string
}

export class SignedViews {
  private readonly serialOf: SerialOf
  private coming = new Map<string, Coming>()
  private made = new Map<string, Made>()

  constructor(serialOf: SerialOf) {
    this.serialOf = serialOf
  }

  /** For another document. */
  begin(): void {
    this.coming = new Map()
  }

  /** Takes a zone in, which asks for its signatures: none of them need be there yet. @returns its SOA, with the serial that it has for it */
  add(zone: Zone, sets: Transferred, sign: Sign): RecordSet {
    const { origin, soa, ttl, apexTtl = {} } = zone
    const digest = digestOf(zone, sets, sign)
    const serial = this.serialOf(zone, digest)
    const set: RecordSet = {
      ...{ owner: origin, type: TYPE.SOA, ttl: apexTtl.soa ?? ttl },
      rdatas: [soaData({ ...soa, serial })],
    }
    this.coming.set(nameKey(origin), { serial, digest, soa: set, sets, sign })
    return set
  }

  /** To be called when all signatures are there. */
  end(): void {
    const before = this.made
    this.made = new Map(
      [...this.coming].map(([key, coming]) => {
        const known = before.get(key)
        const isSame = known?.digest === coming.digest && known.view.serial === coming.serial
        return [key, isSame ? known : { view: viewOf(coming), digest: coming.digest }]
      }),
    )
    this.coming = new Map()
  }

  current(): ViewsByOrigin {
    return new Map([...this.made].map(([key, { view }]) => [key, view]))
  }
}

/** Bytes of an RRSIG before the name of the zone: what it is a signature of, by which key, and from when until when (RFC 4034 §3.1). */
const RRSIG_HEAD = 18

/** Of all that a secondary has, but for the serial, and for signatures that are not there yet: of them it is when they were asked for. */
function digestOf({ soa, ttl, apexTtl }: Zone, { own, notSigned }: Transferred, sign: Sign): string {
  const hash = createHash('sha256')
    .update(soaData({ ...soa, serial: 0 }))
    .update(`${apexTtl?.soa ?? ttl}`)
  const add = ({ owner, type, ttl, rdatas }: RecordSet): void => {
    hash.update(owner).update(Uint32Array.of(type, ttl, rdatas.length))
    for (const rdata of rdatas) hash.update(Uint32Array.of(rdata.length)).update(rdata)
  }
  for (const set of [...own, ...notSigned]) add(set)
  for (const set of own.flatMap(sign)) for (const rdata of set.rdatas) hash.update(rdata.subarray(0, RRSIG_HEAD))
  return hash.digest('base64')
}

function viewOf({ serial, soa, sets: { own, notSigned }, sign }: Coming): StaticView {
  const signed = (set: RecordSet): readonly RecordSet[] => [set, ...sign(set)]
  const isServers = ({ owner, type }: RecordSet): boolean => type === TYPE.NS && nameKey(owner) === nameKey(soa.owner)
  const [, ...soaSignatures] = signed(soa)
  const file = new RecordTable()
  for (const { owner, type, ttl, rdata } of recordsIn([
    ...own.filter(set => !isServers(set)).flatMap(signed),
    ...notSigned,
  ]))
    file.append(file.addOwner(owner), owner.length, type, ttl, rdata, 0, 0)
  file.compact(new Uint8Array(file.length))
  return {
    origin: soa.owner,
    serial,
    soa: recordsIn([soa])[0]!, // a set is never empty
    head: recordsIn([...soaSignatures, ...own.filter(isServers).flatMap(signed)]),
    file,
  }
}

const recordsIn = (sets: readonly RecordSet[]): readonly TableRecord[] =>
  sets.flatMap(({ owner, type, ttl, rdatas }) => rdatas.map(rdata => ({ owner, type, ttl, rdata })))
