// Names as they lie in a message, compressed or not (RFC 1035 §4.1.4), and names in record data (RFC 3597 §4).
import { MAX_LABEL, MAX_NAME, type Name } from './name.js'
import { HEADER_LENGTH } from './question.js'
import { RECORD_TYPES } from './rdata-types.js'

/** Bytes that are no message; the message says what is wrong and where. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
}

/** The name that begins at `at`, uncompressed, and where the bytes after it begin. @throws MessageError */
export function readName(m: Uint8Array, at: number): { readonly name: Name; readonly end: number } {
  const bytes: number[] = []
  let end: number | undefined
  let start = at
  for (let p = at; ; ) {
    const length = m[p] ?? beyond(at)
    if (length >= 0xc0) {
      const target = ((length & 0x3f) << 8) | (m[p + 1] ?? beyond(at))
      end ??= p + 2
      // "A prior occurrence of the same name": each pointer leads back, so no chain of them is endless.
      if (target >= start || target < HEADER_LENGTH)
        throw new MessageError(`the name at byte ${at} has a pointer to byte ${target}, where no earlier name is`)
      start = p = target
      continue
    }
    if (length > MAX_LABEL) throw new MessageError(`the name at byte ${at} has a label of an unknown kind`)
    if (p + 1 + length > m.length) beyond(at)
    bytes.push(...m.subarray(p, p + 1 + length))
    if (bytes.length > MAX_NAME) throw new MessageError(`the name at byte ${at} takes more than 255 bytes`)
    p += length + 1
    if (length === 0) return { name: Uint8Array.from(bytes), end: end ?? p }
  }
}

function beyond(at: number): never {
  throw new MessageError(`the name at byte ${at} runs beyond the end of the message`)
}

/** Record data with its names uncompressed, in the types whose names others may have compressed. @throws MessageError */
export function readRdata(m: Uint8Array, type: number, at: number, length: number): Uint8Array {
  const known = RECORD_TYPES.get(type)
  const end = at + length
  if (known === undefined || known.compression === 'whole') return m.slice(at, end)
  const parts: Uint8Array[] = []
  const data = m.subarray(0, end)
  let p = at
  for (const field of known.fields) {
    const read = field.isName ? readName(m, p) : undefined
    const next = read?.end ?? field.end(data, p)
    if (next === undefined || next > end) throw new MessageError(`the record data at byte ${at} is cut short`)
    parts.push(read?.name ?? m.subarray(p, next))
    p = next
  }
  return Uint8Array.from([...parts, m.subarray(p, end)].flatMap(part => [...part]))
}
