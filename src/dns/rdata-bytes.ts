// The fields of record data that are plain bytes, each text ↔ wire: hexadecimal, base64 (RFC 4648 §4), base32hex (§7), EUI (RFC 7043).
import { RdataError, shown } from './presentation.js'
import { bare, type Field, single, within } from './rdata-fields.js'

/** Bytes up to the end of the data, one at least, in hexadecimal digits; spaces may part them. */
export const hex = (label: string): Field => blob(label, 'hex', /^[0-9a-f]+$/i, 2, 'pairs of hexadecimal digits')

/** Bytes up to the end of the data, one at least, in base64; spaces may part it. */
export const base64 = (label: string): Field => blob(label, 'base64', /^[a-z0-9+/]+={0,2}$/i, 4, 'base64')

/** `group` is how many digits make whole bytes. */
function blob(label: string, encoding: 'hex' | 'base64', digits: RegExp, group: number, what: string): Field {
  return {
    label,
    many: true,
    isName: false,
    encode(words) {
      const text = words.map(bare).join('')
      if (!digits.test(text) || text.length % group !== 0) throw new RdataError(`${shown(text)} is not ${what}`)
      return Uint8Array.from(Buffer.from(text, encoding))
    },
    end: (rdata, at) => (at < rdata.length ? rdata.length : undefined),
    format: bytes => Buffer.from(bytes).toString(encoding),
  }
}

/** The salt of NSEC3 (RFC 5155 §3.3): a length byte and as many bytes, in hexadecimal digits; `-` is none. */
export const salt = (label: string): Field => ({
  ...single(label),
  encode([word]) {
    const text = bare(word!)
    if (text === '-') return Uint8Array.of(0)
    if (!/^([0-9a-f]{2}){1,255}$/i.test(text))
      throw new RdataError(`${shown(text)} is neither - nor 1 to 255 pairs of hexadecimal digits`)
    return Uint8Array.from([text.length / 2, ...Buffer.from(text, 'hex')])
  },
  end: (rdata, at) => (at < rdata.length ? within(rdata, at + 1 + rdata[at]!) : undefined),
  format: bytes => (bytes.length === 1 ? '-' : Buffer.from(bytes.subarray(1)).toString('hex')),
})

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv'

/** The hashed owner of NSEC3 (RFC 5155 §3.3): a length byte and as many bytes, in base32hex without padding. */
export const base32hex = (label: string): Field => ({
  ...single(label),
  encode([word]) {
    const text = bare(word!).toLowerCase()
    const bytes = /^[0-9a-v]+$/.test(text) ? base32Bytes(text) : undefined
    if (bytes === undefined || bytes.length > 255) throw new RdataError(`${shown(text)} is not base32hex`)
    return Uint8Array.from([bytes.length, ...bytes])
  },
  end: (rdata, at) => (rdata[at]! > 0 ? within(rdata, at + 1 + rdata[at]!) : undefined),
  format(bytes) {
    let text = ''
    let bits = 0
    let count = 0
    for (const byte of bytes.subarray(1)) {
      bits = (bits << 8) | byte
      count += 8
      for (; count >= 5; count -= 5) text += BASE32HEX[(bits >> (count - 5)) & 31]
      bits &= 31
    }
    return count > 0 ? text + BASE32HEX[(bits << (5 - count)) & 31] : text
  },
})

/** Undefined where digits are left that make no byte, or bits that are not zero. */
function base32Bytes(text: string): number[] | undefined {
  const bytes: number[] = []
  let bits = 0
  let count = 0
  for (const digit of text) {
    bits = (bits << 5) | BASE32HEX.indexOf(digit)
    count += 5
    if (count >= 8) {
      count -= 8
      bytes.push(bits >> count)
      bits &= (1 << count) - 1
    }
  }
  return count < 5 && bits === 0 ? bytes : undefined
}

export const eui48 = pairs(6)
export const eui64 = pairs(8)

/** `size` bytes as pairs of hexadecimal digits with hyphens between them. */
function pairs(size: number): (label: string) => Field {
  const example = '00-00-5e-ef-10-00-00-2a'.slice(0, size * 3 - 1)
  const form = new RegExp(`^[0-9a-f]{2}(-[0-9a-f]{2}){${size - 1}}$`, 'i')
  return label => ({
    ...single(label),
    encode([word]) {
      const text = bare(word!)
      if (!form.test(text)) throw new RdataError(`${shown(text)} is not an address such as ${example}`)
      return Uint8Array.from(Buffer.from(text.replaceAll('-', ''), 'hex'))
    },
    end: (rdata, at) => within(rdata, at + size),
    format: bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('-'),
  })
}

/** Half an IPv6 address (RFC 6742 §2.1.2, §2.3.2): four groups of hexadecimal digits. */
export const locator64 = (label: string): Field => ({
  ...single(label),
  encode([word]) {
    const text = bare(word!)
    if (!/^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){3}$/i.test(text))
      throw new RdataError(`${shown(text)} is not four groups such as 2001:db8:1140:1000`)
    return Uint8Array.from(text.split(':').flatMap(group => [...Buffer.from(group.padStart(4, '0'), 'hex')]))
  },
  end: (rdata, at) => within(rdata, at + 8),
  format: bytes => [0, 2, 4, 6].map(i => ((bytes[i]! << 8) | bytes[i + 1]!).toString(16)).join(':'),
})
