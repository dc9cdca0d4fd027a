// Record sets of a zone file: no record twice, and one TTL for a set (RFC 2181 §5, §5.2).
import { formatName, lower } from './name.js'
import { TYPE, typeName } from './numbers.js'
import { namesIn } from './rdata.js'
import type { RecordTable } from './record-table.js'
import type { ZoneProblems } from './zonefile-problem.js'

/** Drops records that are there already, and gives the records of a set the lowest of their TTLs; each with a warning. */
export function tidySets(table: RecordTable, problems: ZoneProblems): void {
  const { length } = table
  const first = new Int32Array(length)
  const dropped = new Uint8Array(length)
  const sets = new Slots(length, (i, j) => table.type(i) === table.type(j) && sameName(table.owner(i), table.owner(j)))
  const records = new Slots(length, (i, j) => first[i] === first[j] && sameData(table, i, j))
  for (let i = 0; i < length; i++) {
    const hash = hashBytes(table.owner(i), table.type(i))
    const leader = sets.findOrPut(hash, i)
    first[i] = leader
    if (leader === i) continue
    // The leader of a set is put here when the set has a second member: most sets have none.
    records.findOrPut(hashBytes(table.rdata(leader), hash), leader)
    if (records.findOrPut(hashBytes(table.rdata(i), hash), i) !== i) {
      dropped[i] = 1
      warn(table, i, 'is already there, and is dropped', problems)
    } else if (table.ttl(i) !== table.ttl(leader) && table.type(i) !== TYPE.RRSIG) {
      const lowest = Math.min(table.ttl(i), table.ttl(leader))
      warn(table, i, `has another TTL than the set before it; all get the lower one, ${lowest} s`, problems)
      table.setTtl(leader, lowest)
    }
  }
  for (let i = 0; i < length; i++) if (table.type(i) !== TYPE.RRSIG) table.setTtl(i, table.ttl(first[i]!))
  table.compact(dropped)
}

function warn(table: RecordTable, i: number, what: string, problems: ZoneProblems): void {
  const message = `this ${typeName(table.type(i))} record of ${formatName(table.owner(i))} ${what}`
  problems.add({ severity: 'warning', ...table.place(i), column: 1, message })
}

/** Records by hash, open addressing; two words a record and nothing else, for there may be millions. */
class Slots {
  private readonly slots: Int32Array
  private readonly same: (i: number, j: number) => boolean

  constructor(count: number, same: (i: number, j: number) => boolean) {
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(8, count * 2))))
    this.same = same
  }

  /** The record that is the same as the i-th, which is put there if there is none. */
  findOrPut(hash: number, i: number): number {
    const { slots } = this
    const mask = slots.length - 1
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot]!
      if (found === 0) {
        slots[slot] = i + 1
        return i
      }
      if (this.same(found - 1, i)) return found - 1
    }
  }
}

/** FNV-1a over bytes in lower case: what differs only in letter case may be the same. */
function hashBytes(bytes: Uint8Array, start: number): number {
  let hash = 0x811c9dc5 ^ start
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ lower(bytes[i]!), 0x01000193)
  return hash
}

function sameName(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (lower(a[i]!) !== lower(b[i]!)) return false
  return true
}

/** RFC 4034 §6.2: names within the data are the same in whatever letter case. */
function sameData(table: RecordTable, i: number, j: number): boolean {
  const a = table.rdata(i)
  const b = table.rdata(j)
  if (a.length !== b.length) return false
  const differs = (from: number, to: number, map: (byte: number) => number): boolean => {
    for (let at = from; at < to; at++) if (map(a[at]!) !== map(b[at]!)) return true
    return false
  }
  let at = 0
  for (const { offset, length } of namesIn(table.type(i), a)) {
    if (differs(at, offset, exactly) || differs(offset, offset + length, lower)) return false
    at = offset + length
  }
  return !differs(at, a.length, exactly)
}

const exactly = (byte: number): number => byte
