// The fields of record data that are strings (RFC 1035 §3.3, RFC 8659 §4.1, RFC 7553 §4.4), each text ↔ wire.
import { quote, RdataError, shown, type Word, wordBytes } from './presentation.js'
import { bare, type Field, single, within } from './rdata-fields.js'

/** One character-string: a length byte and up to 255 bytes. */
export const string = (label: string): Field => ({
  ...single(label),
  encode: ([word]) => characterString(word!),
  end: stringEnd,
  format: bytes => quote(bytes.subarray(1)),
})

/** Character-strings up to the end of the data, one at least. */
export const strings = (label: string): Field => ({
  label,
  many: true,
  isName: false,
  encode: words => Uint8Array.from(words.flatMap(word => [...characterString(word)])),
  end: (rdata, at) => (stringStarts(rdata, at).length > 0 ? rdata.length : undefined),
  format: bytes =>
    stringStarts(bytes, 0)
      .map(start => quote(bytes.subarray(start + 1, start + 1 + bytes[start]!)))
      .join(' '),
})

/** The tag of a CAA property (RFC 8659 §4.1): a length byte, then letters and digits. */
export const tag = (label: string): Field => ({
  ...single(label),
  encode([word]) {
    const text = bare(word!)
    if (!/^[A-Za-z0-9]{1,255}$/.test(text)) throw new RdataError(`${shown(text)} is not a word of letters and digits`)
    return Uint8Array.from([text.length, ...Buffer.from(text)])
  },
  end(rdata, at) {
    const end = stringEnd(rdata, at)
    return end !== undefined && /^[A-Za-z0-9]+$/.test(latin1(rdata.subarray(at + 1, end))) ? end : undefined
  },
  format: bytes => latin1(bytes.subarray(1)),
})

/** The value of a CAA property: all bytes that are left, of any number, written as one string. */
export const value = (label: string): Field => ({
  ...single(label),
  encode: ([word]) => wordBytes(word!.text),
  end: rdata => rdata.length,
  format: quote,
})

/** The target of a URI record: like the value of a CAA property, and never empty. */
export const target = (label: string): Field => {
  const field = value(label)
  return {
    ...field,
    encode(words, origin) {
      const bytes = field.encode(words, origin)
      if (bytes.length === 0) throw new RdataError('it must not be empty')
      return bytes
    },
    end: (rdata, at) => (at < rdata.length ? rdata.length : undefined),
  }
}

function characterString({ text }: Word): Uint8Array {
  const bytes = wordBytes(text)
  if (bytes.length > 255)
    throw new RdataError(
      `a string has ${bytes.length} bytes and 255 is the most; split it into several: "first part" "rest"`,
    )
  return Uint8Array.from([bytes.length, ...bytes])
}

const stringEnd = (rdata: Uint8Array, at: number): number | undefined =>
  at < rdata.length ? within(rdata, at + 1 + rdata[at]!) : undefined

/** Where each character-string begins; none at all unless the last ends with the data. */
function stringStarts(rdata: Uint8Array, at: number): number[] {
  const starts: number[] = []
  for (let p = at; p < rdata.length; ) {
    starts.push(p)
    const end = stringEnd(rdata, p)
    if (end === undefined) return []
    p = end
  }
  return starts
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
