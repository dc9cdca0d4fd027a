// The records of a zone by name, whether they were written in the document or in a zone file: chains through tables of
// numbers, so that a million of them need little memory while they are compiled.
import { equalNames, nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { RecordTable, type TableRecord } from '../../dns/record-table.js'
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

  constructor({ origin, soa, ttl, apexTtl = {}, nameservers, records, file }: Zone) {
    this.file = file
    this.append({ owner: origin, type: TYPE.SOA, ttl: apexTtl.soa ?? ttl, rdata: soaData(soa) })
    for (const rdata of nameservers) this.append({ owner: origin, type: TYPE.NS, ttl: apexTtl.ns ?? ttl, rdata })
    for (const record of records) this.append(record)
    this.next = new Int32Array(this.written.length + (file?.length ?? 0)).fill(-1)
    for (let i = 0; i < this.written.length; i++) this.chain(i, this.written.owner(i))
    for (let i = 0; file !== undefined && i < file.length; i++) {
      const type = file.type(i)
      const owner = file.owner(i)
      const known = type === TYPE.SOA || (type === TYPE.NS && equalNames(owner, origin))
      if (!known) this.chain(this.written.length + i, owner)
    }
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
    this.written.append(this.written.addOwner(owner), owner.length, type, ttl, rdata, 0, 0)
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
