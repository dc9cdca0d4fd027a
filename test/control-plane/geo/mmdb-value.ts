// Values of the data section of a MaxMind DB file (https://maxmind.github.io/MaxMind-DB/ "Output Data Section").

/**
 * Appends a value and gives its offset. A whole number is written as uint32 (int32 below zero, uint64 as a bigint, uint16 as a
 * Uint16Array of one), any other number as a double; a string that was written before, as a pointer to it, since real files do so and readers must follow.
 */
export function encodeValue(value: unknown, out: number[], strings: Map<string, number>): number {
  const offset = out.length
  const put = (type: number, size: number, bytes: Iterable<number> = []): number => {
    out.push(...control(type, size), ...bytes)
    return offset
  }
  if (typeof value === 'string') {
    const bytes = Buffer.from(value)
    const known = strings.get(value)
    if (known !== undefined && known < 2048 && bytes.length > 1) {
      out.push((1 << 5) | (known >> 8), known & 255)
      return offset
    }
    strings.set(value, offset)
    return put(2, bytes.length, bytes)
  }
  if (typeof value === 'boolean') return put(14, value ? 1 : 0)
  if (typeof value === 'bigint') return put(9, 8, unsigned(value, 8))
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return put(3, 8, double(value))
    return put(value < 0 ? 8 : 6, 4, unsigned(BigInt.asUintN(32, BigInt(value)), 4))
  }
  if (value instanceof Uint16Array) return put(5, 2, unsigned(BigInt(value[0]!), 2))
  if (value instanceof Uint8Array) return put(4, value.length, value)
  if (Array.isArray(value)) {
    put(11, value.length)
    for (const item of value) encodeValue(item, out, strings)
    return offset
  }
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).filter(([, item]) => item !== undefined)
    put(7, pairs.length)
    for (const pair of pairs) for (const item of pair) encodeValue(item, out, strings)
    return offset
  }
  throw new Error(`a MaxMind DB file has no type for ${String(value)}`)
}

function control(type: number, size: number): number[] {
  const [low, more] =
    size < 29
      ? [size, []]
      : size < 285
        ? [29, unsigned(BigInt(size - 29), 1)]
        : size < 65_821
          ? [30, unsigned(BigInt(size - 285), 2)]
          : [31, unsigned(BigInt(size - 65_821), 3)]
  return type <= 7 ? [(type << 5) | low, ...more] : [low, type - 7, ...more]
}

const unsigned = (value: bigint, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * (bytes - 1 - i))) & 255n))

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes
}
