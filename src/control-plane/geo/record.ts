// Reads records of the data section of a MaxMind DB file (https://maxmind.github.io/MaxMind-DB/, "Output Data Section").
// It builds only what was asked for: names in eight languages take ten times as long as the rest of a record.
import { GeoDatabaseError } from './database-error.js'

/** Which parts of a record to build. `{}` asks for a plain value and for nothing of a map; the key of an array is the index. */
export interface Wanted {
  readonly [key: string]: Wanted
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

/**
 * A reader of one data section; offsets are from its first byte.
 * The time that it takes is bounded by the size of the section: values that are not wanted are stepped over, never followed.
 * @throws GeoDatabaseError from the function returned, where the bytes are no record
 */
export function recordReader(section: Buffer, file: string): (offset: number, wanted: Wanted) => Value {
  const keys = new Map<number, string>()
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

  const keyText = (): string => {
    const start = at
    const known = keys.get(start)
    if (known !== undefined) {
      at = start + known.length + 1
      return known
    }
    head()
    if (type !== STRING) fail('a key that is no string')
    const text = section.toString('utf8', take(size), at)
    // Only a key whose length and place of its end can be told from its text alone.
    if (size < 29 && text.length === size && keys.size < MOST_KEYS) keys.set(start, text)
    return text
  }

  const key = (): string => {
    const start = at
    head()
    if (type !== POINTER) {
      at = start
      return keyText()
    }
    const end = at
    at = size
    const text = keyText()
    at = end
    return text
  }

  const map = (pairs: number, wanted: Wanted): Value => {
    const out: Record<string, Value> = {}
    for (let i = 0; i < pairs; i++) {
      const name = key()
      if (Object.hasOwn(wanted, name)) out[name] = value(wanted[name]!)
      else skip()
    }
    return out
  }

  const array = (length: number, wanted: Wanted): Value => {
    const out: Record<string, Value> = {}
    for (let i = 0; i < length; i++) {
      if (Object.hasOwn(wanted, i)) out[i] = value(wanted[i]!)
      else skip()
    }
    return out
  }

  const value = (wanted: Wanted): Value => {
    head()
    if (type === POINTER) {
      const end = at
      for (let hops = 0; type === POINTER; hops++) {
        if (hops === LONGEST_POINTER_CHAIN) fail('pointers that lead to pointers')
        at = size
        head()
      }
      const out = plain(wanted)
      at = end
      return out
    }
    return plain(wanted)
  }

  const plain = (wanted: Wanted): Value => {
    switch (type) {
      case MAP:
        return map(size, wanted)
      case ARRAY:
        return array(size, wanted)
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
    at = offset
    return value(wanted)
  }
}
