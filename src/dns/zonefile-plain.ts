// The two things that nearly every line of a large zone file holds, read without making a string of them:
// a name without escapes, and an IPv4 address. What is not plain is left to the slower readers, which say what is wrong.
import { MAX_LABEL, MAX_NAME, type Name } from './name.js'

const QUOTE = 34
const DOT = 46
const BACKSLASH = 92
const AT_SIGN = 64

/**
 * Writes the wire form of `text[start, end)` to `out`, completed with the origin where it has no final dot.
 * @returns its length in bytes; −1 where it is not plain
 */
export function writePlainName(text: string, start: number, end: number, origin: Name, out: Uint8Array): number {
  let labelAt = 0
  let length = 1
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === DOT) {
      if (!closeLabel(out, labelAt, length)) return -1
      labelAt = length++
    } else if (
      code < 33 ||
      code > 126 ||
      code === BACKSLASH ||
      code === AT_SIGN ||
      code === QUOTE ||
      length >= MAX_NAME
    )
      return -1
    else out[length++] = code
  }
  if (labelAt > 0 && labelAt === length - 1) {
    out[labelAt] = 0
    return length <= MAX_NAME ? length : -1
  }
  if (!closeLabel(out, labelAt, length) || length + origin.length > MAX_NAME) return -1
  out.set(origin, length)
  return length + origin.length
}

function closeLabel(out: Uint8Array, at: number, end: number): boolean {
  out[at] = end - at - 1
  return end - at - 1 > 0 && end - at - 1 <= MAX_LABEL
}

/** Writes the four bytes of the address in `text[start, end)` to `out`; false where it is not a plain one. */
export function writePlainIpv4(text: string, start: number, end: number, out: Uint8Array): boolean {
  let part = 0
  let value = -1
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === DOT) {
      if (value < 0 || part === 3) return false
      out[part++] = value
      value = -1
    } else {
      const digit = code - 48
      // A zero in front makes octal of it for some readers, and so is no plain address.
      if (digit < 0 || digit > 9 || value === 0) return false
      value = value < 0 ? digit : value * 10 + digit
      if (value > 255) return false
    }
  }
  if (value < 0) return false
  out[part] = value
  return part === 3
}
