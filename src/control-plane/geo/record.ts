// Reads records of the data section of a MaxMind DB file (https://maxmind.github.io/MaxMind-DB/, "Output Data Section").
// It builds only what was asked for: names in eight languages take ten times as long as the rest of a record.
import { GeoDatabaseError } from './database-error.js'

/** Which parts of a record to build. `{}` asks for a plain value and for nothing of a map; the key of an array is the index. */
export interface Wanted {
  readonly [key: string]: Wanted
}

/** What is wanted, with what was found out of a data section on the way. */
interface Plan {
  /** Its key in what it is a part of. */
  readonly name: string
  readonly parts: ReadonlyMap<string, Plan>
  /** By where a key is written: which part it names, if one, and where the key ends. */
  readonly keys: Map<number, { readonly part: Plan | undefined; readonly end: number }>
  /** Values that pointers led to, by where they are: countries, say, which records by the thousand have. */
  readonly pointed: Map<number, Value>
}

function planOf(wanted: Wanted, name = ''): Plan {
  const parts = new Map(Object.entries(wanted).map(([key, part]) => [key, planOf(part, key)]))
  return { name, parts, keys: new Map(), pointed: new Map() }
}

/** A plain value, or the wanted parts of a map or an array by key. */
export type Value = string | number | boolean | undefined | { readonly [key: string]: Value }

const POINTER = 1
const STRING = 2
const DOUBLE = 3
const BYTES = 4
const MAP = 7
const INT32 = 8
const UINT128 = 10
const ARRAY = 11
const BOOLEAN = 14
const FLOAT = 15

const POINTER_BASE = [0, 2_048, 526_336, 0] as const
const LONGEST_POINTER_CHAIN = 8
// The keys of all records are a handful of strings, which writers store once. A file that does not must not fill the memory.
const MOST_KEYS = 1_024
// And of values that pointers lead to, for each part that is wanted.
const MOST_POINTED = 16_384

/**
 * A reader of one data section; offsets are from its first byte.
 * The time that it takes is bounded by the size of the section: values that are not wanted are stepped over, never followed.
 * @throws GeoDatabaseError from the function returned, where the bytes are no record
 */
export function recordReader(section: Buffer, file: string): (offset: number, wanted: Wanted) => Value {
  const plans = new Map<Wanted, Plan>()
  // A cursor rather than pairs of value and offset: nothing is allocated but the values.
  let at = 0
  let type = 0
  let size = 0

  const fail = (what: string): never => {
    throw new GeoDatabaseError(file, `the data section is damaged: ${what} at offset ${at}`)
  }

  const take = (length: number): number => {
    const start = at
    if (start + length > section.length) fail('a value runs past the end')
    at = start + length
    return start
  }

  const unsigned = (length: number): number => {
    const end = take(length) + length
    let value = 0
    for (let i = end - length; i < end; i++) value = value * 256 + section[i]!
    return value
  }

  /** Reads the control bytes at the cursor into `type` and `size`; the size of a pointer is where it points. */
  const head = (): void => {
    const control = unsigned(1)
    type = control >> 5
    if (type === 0) type = unsigned(1) + 7
    if (type === POINTER) {
      const bytes = (control >> 3) & 3
      const high = bytes === 3 ? 0 : control & 7
      size = (high << (8 * bytes + 8)) + unsigned(bytes + 1) + POINTER_BASE[bytes as 0 | 1 | 2 | 3]
      return
    }
    size = control & 31
    if (size === 29) size = 29 + unsigned(1)
    else if (size === 30) size = 285 + unsigned(2)
    else if (size === 31) size = 65_821 + unsigned(3)
  }

  /** Moves past the value at the cursor, with all that is inside it. */
  const skip = (): void => {
    for (let left = 1; left > 0; left--) {
      head()
      if (type === MAP) left += 2 * size
      else if (type === ARRAY) left += size
      else if (type !== POINTER && type !== BOOLEAN) take(size)
    }
  }

  /** The part that the key at the cursor names, if it is one that is wanted. */
  const partNamed = ({ parts, keys }: Plan): Plan | undefined => {
    const start = at
    const known = keys.get(start)
    if (known !== undefined) {
      at = known.end
      return known.part
    }
    head()
    if (type !== STRING) fail('a key that is no string')
    const part = parts.get(section.toString('utf8', take(size), at))
    if (keys.size < MOST_KEYS) keys.set(start, { part, end: at })
    return part
  }

  const partAt = (plan: Plan): Plan | undefined => {
    const start = at
    head()
    if (type !== POINTER) {
      at = start
      return partNamed(plan)
    }
    const end = at
    at = size
    const part = partNamed(plan)
    at = end
    return part
  }

  const map = (pairs: number, plan: Plan): Value => {
    const out: Record<string, Value> = {}
    for (let i = 0; i < pairs; i++) {
      const part = partAt(plan)
      if (part === undefined) skip()
      else out[part.name] = value(part)
    }
    return out
  }

  const array = (length: number, { parts }: Plan): Value => {
    const out: Record<string, Value> = {}
    for (let i = 0; i < length; i++) {
      const part = parts.get(String(i))
      if (part === undefined) skip()
      else out[i] = value(part)
    }
    return out
  }

  const value = (plan: Plan): Value => {
    head()
    if (type !== POINTER) return plain(plan)
    const end = at
    const start = size
    const known = plan.pointed.get(start)
    if (known !== undefined) return known
    for (let hops = 0; type === POINTER; hops++) {
      if (hops === LONGEST_POINTER_CHAIN) fail('pointers that lead to pointers')
      at = size
      head()
    }
    const out = plain(plan)
    if (plan.pointed.size < MOST_POINTED) plan.pointed.set(start, out)
    at = end
    return out
  }

  const plain = (plan: Plan): Value => {
    switch (type) {
      case MAP:
        return map(size, plan)
      case ARRAY:
        return array(size, plan)
      case STRING:
        return section.toString('utf8', take(size), at)
      case BOOLEAN:
        return size !== 0
      case DOUBLE:
        return size === 8 ? section.readDoubleBE(take(8)) : fail('a double that is not 8 bytes long')
      case FLOAT:
        return size === 4 ? section.readFloatBE(take(4)) : fail('a float that is not 4 bytes long')
      case BYTES:
        take(size)
        return undefined
      case INT32:
        if (size > 4) fail('an integer that is too long')
        return unsigned(size) | 0
      default:
        if (type < BYTES || type > UINT128) fail(`a value of the unknown type ${type}`)
        if (size > 16) fail('an integer that is too long')
        return unsigned(size)
    }
  }

  return (offset, wanted) => {
    let plan = plans.get(wanted)
    if (plan === undefined) plans.set(wanted, (plan = planOf(wanted)))
    at = offset
    return value(plan)
  }
}
