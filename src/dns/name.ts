// Domain names (RFC 1034 §3.1, RFC 1035 §2.3.1, §5.1): wire form, text form, canonical form, hash.
// A name in the code is its uncompressed wire form; text is for people and for files.

/** An uncompressed domain name in wire form, root label included: 1 to 255 bytes. */
export type Name = Uint8Array

export const MAX_NAME = 255
export const MAX_LABEL = 63
export const ROOT: Name = new Uint8Array(1)

/** A text that is no domain name; the message says what is wrong with it. */
export class NameError extends Error {
  override readonly name = 'NameError'
}

/**
 * Reads a name from presentation form (RFC 1035 §5.1): dots, `\.`, `\DDD`; `@` is the origin.
 * A name without a final dot is relative to `origin`; without an origin it is taken as absolute.
 * @throws NameError
 */
export function parseName(text: string, origin: Name = ROOT): Name {
  if (text === '@') return origin
  if (text === '.') return ROOT
  if (text === '') throw new NameError('a name must not be empty')
  // Four characters are the most that a byte takes, as \DDD.
  if (text.length > 4 * MAX_NAME) throw new NameError(`a text of ${text.length} characters is too long for a name`)
  const bytes: number[] = []
  let label: number[] = []
  const close = (): void => {
    if (label.length === 0) throw new NameError(`"${text}" has an empty label`)
    if (label.length > MAX_LABEL) throw new NameError(`"${text}" has a label of ${label.length} bytes; 63 is the most`)
    bytes.push(label.length, ...label)
    label = []
  }
  let absolute = false
  for (let i = 0; i < text.length; i++) {
    absolute = false
    if (text[i] === '.') {
      close()
      absolute = true
    } else if (text[i] === '\\') {
      const digits = /^[0-9]{3}/.exec(text.slice(i + 1))?.[0]
      if (digits !== undefined) {
        if (Number(digits) > 255) throw new NameError(`"${text}" has the escape \\${digits}; 255 is the most`)
        label.push(Number(digits))
        i += 3
      } else {
        i += 1
        if (i >= text.length) throw new NameError(`"${text}" ends in a lone backslash`)
        // RFC 1035 §5.1: \X is for any character but a digit; `\32` is a slip of the pen for `\032`.
        if (/[0-9]/.test(text[i]!)) throw new NameError(`"${text}" has an escape of fewer than three digits`)
        label.push(text[i] === ' ' ? 32 : asciiCode(text, i))
      }
    } else {
      // Whoever reads words takes quotes away; one that is left belongs to something else, such as a="b".
      if (text[i] === '"') throw new NameError(`"${text}" has a quote; write it as \\"`)
      label.push(asciiCode(text, i))
    }
  }
  if (!absolute) close()
  const name = absolute ? Uint8Array.from([...bytes, 0]) : Uint8Array.from([...bytes, ...origin])
  if (name.length > MAX_NAME) throw new NameError(`"${text}" takes ${name.length} bytes; 255 is the most`)
  return name
}

function asciiCode(text: string, at: number): number {
  const code = text.charCodeAt(at)
  // Beyond ASCII a person means an internationalised name, which has to be written as its A-label (RFC 5890).
  if (code > 126 || code < 33)
    throw new NameError(`"${text}" has the character ${JSON.stringify(text[at])}; write it as \\DDD, or use punycode`)
  return code
}

/** Presentation form with a final dot; bytes that mean something in a zone file are escaped. */
export function formatName(name: Name): string {
  if (name.length === 1) return '.'
  return formatPlain(name) ?? labels(name).map(formatLabel).join('')
}

/** A name of nothing that has to be escaped, as nearly all are; undefined for any other. */
function formatPlain(name: Name): string | undefined {
  let left = name[0]!
  for (let i = 1; i < name.length; i++, left--) {
    const byte = name[i]!
    if (left > 0) {
      if (ESCAPED[byte] === 1) return undefined
      keyBytes[i - 1] = byte
      continue
    }
    keyBytes[i - 1] = DOT
    if (byte === 0) return keyBytes.toString('latin1', 0, i)
    left = byte + 1
  }
  return undefined
}

function formatLabel(label: Uint8Array): string {
  let text = ''
  for (const byte of label) {
    if (byte < 33 || byte > 126) text += `\\${String(byte).padStart(3, '0')}`
    else if (ESCAPED[byte] === 1) text += `\\${String.fromCharCode(byte)}`
    else text += String.fromCharCode(byte)
  }
  return `${text}.`
}

const DOT = 46
/** 1 for each byte that is not written as the character that it is. */
const ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte < 33 || byte > 126 || '."\\();@$'.includes(String.fromCharCode(byte))),
)

/** The labels from left to right, without the root. */
export function labels(name: Name): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let at = 0; name[at]! > 0; at += name[at]! + 1) out.push(name.subarray(at + 1, at + 1 + name[at]!))
  return out
}

/** How many labels, the root not counted. */
export function labelCount(name: Name): number {
  let count = 0
  for (let at = 0; name[at]! > 0; at += name[at]! + 1) count++
  return count
}

/** The name without its leftmost label; the root has no parent. */
export function parent(name: Name): Name | undefined {
  return name.length === 1 ? undefined : name.subarray(name[0]! + 1)
}

/** RFC 4034 §6.2: ASCII letters in lower case. Length bytes are below 64 and so never letters. */
export function canonical(name: Name): Name {
  return name.map(lower)
}

const keyBytes = Buffer.alloc(MAX_NAME)

/** A string that is equal for two names if and only if they are the same name; for use as a map key. */
export function nameKey(name: Name): string {
  // One buffer for all: a large zone makes millions of keys.
  for (let i = 0; i < name.length; i++) keyBytes[i] = lower(name[i]!)
  return keyBytes.toString('latin1', 0, name.length)
}

/** The key of the parent of the name whose key it is; empty for the root. */
export const parentKey = (key: string): string => key.slice(key.charCodeAt(0) + 1)

/** Whether `name` is `ancestor` or lies below it. */
export function isWithin(name: Name, ancestor: Name): boolean {
  const start = name.length - ancestor.length
  if (start < 0) return false
  for (let at = 0; at < start; ) {
    at += name[at]! + 1
    if (at > start) return false
  }
  for (let i = 0; i < ancestor.length; i++) if (lower(name[start + i]!) !== lower(ancestor[i]!)) return false
  return true
}

export function isWildcard(name: Name): boolean {
  return name[0] === 1 && name[1] === 42
}

export function equalNames(a: Name, b: Name): boolean {
  return a.length === b.length && isWithin(a, b)
}

/** One byte with ASCII letters in lower case; one comparison, since every byte of every query passes here. */
export function lower(byte: number): number {
  return (byte - 65) >>> 0 < 26 ? byte | 32 : byte
}
