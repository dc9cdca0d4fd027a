// The words of record data in presentation form (RFC 1035 §5.1): bare or in quotes, with the escapes `\X` and `\DDD`.

/** A text that is no record data; the message says what was expected and where. */
export class RdataError extends Error {
  override readonly name = 'RdataError'
}

/** What is wrong with a quote within a word, wherever it is found. */
export const QUOTE_WITHIN = '" within a word; put the whole string in quotes, or write \\"'

/** A quote that no backslash goes before. */
const HAS_QUOTE = /^(?:[^"\\]|\\.)*"/s

/** One word as it was written. */
export interface Word {
  /** Without its quotes, or with them where it is `key="value"`; escapes as they stand. */
  readonly text: string
  readonly quoted: boolean
}

const SPACE = ' \t\r\n'

/**
 * The words of a text. Quotes keep spaces together; `""` is a word too.
 * @throws RdataError
 */
export function words(text: string): Word[] {
  const found: Word[] = []
  for (let at = 0; at < text.length; ) {
    if (SPACE.includes(text[at]!)) {
      at++
      continue
    }
    const quoted = text[at] === '"'
    const start = quoted ? at + 1 : at
    const end = quoted ? quotedEnd(text, start) : bareEnd(text, start)
    found.push({ text: text.slice(start, end), quoted })
    at = quoted ? end + 1 : end
  }
  return found
}

function quotedEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') {
      const next = text[at + 1]
      if (next === undefined || next === '"' || SPACE.includes(next)) return at
      throw new RdataError(
        `after a closing quote comes a space, not ${JSON.stringify(next)}; write a quote inside as \\"`,
      )
    }
  }
  throw new RdataError('a string has no closing quote')
}

function bareEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const char = text[at]!
    if (char === '\\') at++
    else if (SPACE.includes(char)) return at
    // RFC 9460 §2.1: a parameter's value may be in quotes, its key before them is not.
    else if (char === '"' && at > start && text[at - 1] === '=') return quotedEnd(text, at + 1) + 1
    // In a zone file these begin a comment, join lines or open a string: whoever pastes one here would lose data unsaid.
    else if ('";()'.includes(char))
      throw new RdataError(`${char} outside of quotes; put the whole string in quotes, or write \\${char}`)
  }
  return text.length
}

/**
 * The bytes that a word stands for, escapes undone; what is not ASCII becomes UTF-8.
 * @throws RdataError
 */
export function wordBytes(text: string): Uint8Array {
  if (text.includes('"') && HAS_QUOTE.test(text)) throw new RdataError(QUOTE_WITHIN)
  if (!text.includes('\\')) return Uint8Array.from(Buffer.from(text))
  const parts = text.match(/[^\\]+|\\[0-9]{3}|\\[^0-9]|\\/gsu) ?? []
  return Uint8Array.from(parts.flatMap(part => [...partBytes(part)]))
}

function partBytes(part: string): Iterable<number> {
  if (!part.startsWith('\\')) return Buffer.from(part)
  if (part.length === 1)
    throw new RdataError('a backslash wants three digits after it, or one character that is no digit')
  if (part.length < 4) return Buffer.from(part.slice(1))
  const byte = Number(part.slice(1))
  if (byte > 255) throw new RdataError(`the escape ${part} is no byte; \\255 is the most`)
  return [byte]
}

/** A word as an error message shows it: in quotes, and not a screen full of it. */
export const shown = (text: string): string => `"${text.length > 60 ? `${text.slice(0, 59)}…` : text}"`

/** Bytes as a word in quotes; what is not printable ASCII becomes `\DDD`. */
export function quote(bytes: Uint8Array): string {
  const chars = Array.from(bytes, byte => {
    if (byte < 32 || byte > 126) return `\\${String(byte).padStart(3, '0')}`
    const char = String.fromCharCode(byte)
    return char === '"' || char === '\\' ? `\\${char}` : char
  })
  return `"${chars.join('')}"`
}
