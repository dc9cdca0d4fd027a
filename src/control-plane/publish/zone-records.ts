// The records of a zone by name, whether they were written in the document or in a zone file: chains through tables of
// numbers, so that a million of them need little memory while they are compiled.
import { equalNames, nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { RecordTable, type TableRecord } from '../../dns/record-table.js'
import type { Steps } from '../threads/steps.js'
import type { Zone } from '../traffic/document/zone.js'
import type { RecordSet } from './record-set.js'
import { soaData } from './soa-data.js'

interface MutableSet extends RecordSet {
  readonly rdatas: Uint8Array[]
}

export class ZoneRecords {
  /** Key → number of the name. */
  readonly names = new Map<string, number>()
  /** SOA, NS and what the document has; after them come those of the file. */
  private readonly written = new RecordTable()
  private readonly file: RecordTable | undefined
  /** First and last record of a name, and the one that follows a record at the same name; −1: none. */
  private readonly first: number[] = []
  private readonly last: number[] = []
  private readonly next: Int32Array

  private constructor(count: number, file: RecordTable | undefined) {
    this.next = new Int32Array(count + (file?.length ?? 0)).fill(-1)
    this.file = file
  }

  /** Those of a zone, a step for each. */
  static *of({ origin, soa, ttl, apexTtl = {}, nameservers, records, file }: Zone): Steps<ZoneRecords> {
    const all = new ZoneRecords(1 + nameservers.length + records.length, file)
    all.append({ owner: origin, type: TYPE.SOA, ttl: apexTtl.soa ?? ttl, rdata: soaData(soa) })
    for (const rdata of nameservers) all.append({ owner: origin, type: TYPE.NS, ttl: apexTtl.ns ?? ttl, rdata })
    for (const record of records) {
      all.append(record)
      yield
    }
    const { written } = all
    for (let i = 0; file !== undefined && i < file.length; i++) {
      const type = file.type(i)
      const owner = file.owner(i)
      const known = type === TYPE.SOA || (type === TYPE.NS && equalNames(owner, origin))
      if (!known) all.chain(written.length + i, owner)
      yield
    }
    return all
  }

  get nameCount(): number {
    return this.first.length
  }

  /** The number of a name; one that was not there has no records. */
  addName(key: string): number {
    const known = this.names.get(key)
    if (known !== undefined) return known
    const number = this.first.push(-1) - 1
    this.last.push(-1)
    this.names.set(key, number)
    return number
  }

  has(number: number, type: number): boolean {
    for (let i = this.first[number]!; i >= 0; i = this.next[i]!) if (this.type(i) === type) return true
    return false
  }

  /** The records of a name, one set a type. */
  sets(number: number): RecordSet[] {
    const sets: MutableSet[] = []
    for (let i = this.first[number]!; i >= 0; i = this.next[i]!) {
      const { owner, type, ttl, rdata } = this.record(i)
      const set = sets.find(set => set.type === type)
      if (set === undefined) sets.push({ owner, type, ttl, rdatas: [rdata] })
      else set.rdatas.push(rdata)
    }
    return sets
  }

  private append({ owner, type, ttl, rdata }: TableRecord): void {
    const { written } = this
    written.append(written.addOwner(owner), owner.length, type, ttl, rdata, 0, 0)
    this.chain(written.length - 1, owner)
  }

  private chain(i: number, owner: Uint8Array): void {
    const number = this.addName(nameKey(owner))
    const last = this.last[number]!
    if (last < 0) this.first[number] = i
    else this.next[last] = i
    this.last[number] = i
  }

  private type(i: number): number {
    const { written } = this
    return i < written.length ? written.type(i) : this.file!.type(i - written.length) // there is one if i leads there
  }

  private record(i: number): TableRecord {
    const { written } = this
    return i < written.length ? written.at(i) : this.file!.at(i - written.length) // likewise
  }
}
