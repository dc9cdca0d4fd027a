// The entries of a zone file, each as its tokens (RFC 1035 §5.1): parentheses join lines, `;` begins a comment,
// quotes keep spaces together. Tokens are offsets into the text: a million of them make no million strings.
import { QUOTE_WITHIN, type Word } from './presentation.js'

/** What is wrong, and at which offset. */
export type LexicalReport = (offset: number, message: string) => void

const TAB = 9
const NEWLINE = 10
const RETURN = 13
const SPACE = 32
const QUOTE = 34
const OPEN = 40
const CLOSE = 41
const SEMICOLON = 59
const EQUALS = 61
const BACKSLASH = 92

/** Reads one entry after the other; those that cannot be split are reported and passed over. */
export class ZoneLexer {
  readonly text: string
  /** How many tokens the entry has; one at least. */
  count = 0
  /** Whether the entry begins with white space, and so is about the owner of the one before it. */
  blank = false
  /** The line that the entry begins on, from 1 on. */
  line = 1
  private starts = new Int32Array(16)
  private ends = new Int32Array(16)
  private quotes = new Uint8Array(16)
  private entryAt = 0
  private at = 0
  private nextLine = 1
  private readonly report: LexicalReport

  constructor(text: string, report: LexicalReport) {
    this.text = text
    this.report = report
  }

  /** Goes to the next entry; false at the end of the text. */
  next(): boolean {
    while (this.at < this.text.length) {
      const first = this.text.charCodeAt(this.at)
      this.entryAt = this.at
      this.line = this.nextLine
      this.blank = first === SPACE || first === TAB
      this.count = 0
      if (this.split() && this.count > 0) return true
    }
    return false
  }

  start(i: number): number {
    return this.starts[i]!
  }

  end(i: number): number {
    return this.ends[i]!
  }

  isQuoted(i: number): boolean {
    return this.quotes[i] === 1
  }

  /** A token's text without its quotes, escapes as they stand. */
  token(i: number): string {
    return this.text.slice(this.starts[i], this.ends[i])
  }

  /** The tokens from the i-th on. */
  words(i: number): Word[] {
    const words: Word[] = []
    for (let at = i; at < this.count; at++) words.push({ text: this.token(at), quoted: this.isQuoted(at) })
    return words
  }

  /** Line and column, from 1 on, of an offset within the current entry. */
  place(offset: number): { readonly line: number; readonly column: number } {
    let line = this.line
    for (let at = this.entryAt; at < offset; at++) if (this.text.charCodeAt(at) === NEWLINE) line++
    return { line, column: offset - (offset === 0 ? -1 : this.text.lastIndexOf('\n', offset - 1)) }
  }

  /** Splits up to the end of the entry; false after a report. */
  private split(): boolean {
    const { text } = this
    let depth = 0
    let opened = 0
    while (this.at < text.length) {
      const code = text.charCodeAt(this.at)
      if (code === NEWLINE) {
        this.at++
        this.nextLine++
        if (depth === 0) return true
      } else if (code === SPACE || code === TAB || code === RETURN) this.at++
      else if (code === SEMICOLON) this.at = this.endOfLine()
      else if (code === OPEN) {
        if (depth++ === 0) opened = this.at
        this.at++
      } else if (code === CLOSE) {
        if (depth-- === 0) return this.fail(this.at, 'this ) closes nothing')
        this.at++
      } else if (!(code === QUOTE ? this.quoted() : this.bare())) return false
    }
    // Where its partner was forgotten is guesswork: all that follows was taken for one entry.
    return depth === 0 || this.fail(opened, 'this ( is never closed')
  }

  private bare(): boolean {
    const { text } = this
    let at = this.at
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === BACKSLASH) {
        if (isLineEnd(text.charCodeAt(++at))) return this.fail(at - 1, 'a backslash stands at the end of the line')
      } else if (code === QUOTE) {
        // RFC 9460 §2.1: `key="value"` is one word; who reads it has to know that it may have quotes.
        if (at === this.at || text.charCodeAt(at - 1) !== EQUALS) return this.fail(at, QUOTE_WITHIN)
        const end = this.closingQuote(at)
        if (end < 0) return false
        at = end + 1
        break
      } else if (code <= SEMICOLON && ENDS_WORD[code] === 1) break
    }
    this.push(this.at, at, 0)
    this.at = at
    return true
  }

  private quoted(): boolean {
    const start = this.at + 1
    const end = this.closingQuote(this.at)
    if (end < 0) return false
    this.push(start, end, 1)
    this.at = end + 1
    return true
  }

  /** Where the string ends whose first quote is at `open`; −1 after a report. */
  private closingQuote(open: number): number {
    const { text } = this
    for (let at = open + 1; ; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        const next = text.charCodeAt(at + 1)
        // The end of the text is no number, and ends a word too.
        if (next !== QUOTE && !(next > SEMICOLON) && ENDS_WORD[next] !== 0) return at
        this.fail(at, 'after a closing quote comes a space; write a quote inside as \\"')
        return -1
      }
      if (code === BACKSLASH && !isLineEnd(text.charCodeAt(at + 1))) at++
      else if (isLineEnd(code)) {
        this.fail(open, 'this string is not closed on its line')
        return -1
      }
    }
  }

  private push(start: number, end: number, quoted: number): void {
    if (this.count === this.starts.length) {
      this.starts = doubled(this.starts, new Int32Array(this.count * 2))
      this.ends = doubled(this.ends, new Int32Array(this.count * 2))
      this.quotes = doubled(this.quotes, new Uint8Array(this.count * 2))
    }
    this.starts[this.count] = start
    this.ends[this.count] = end
    this.quotes[this.count++] = quoted
  }

  /** Reports, and goes on with the next line. */
  private fail(offset: number, message: string): false {
    this.report(offset, message)
    this.at = Math.min(this.text.length, this.endOfLine() + 1)
    this.nextLine++
    return false
  }

  private endOfLine(): number {
    const end = this.text.indexOf('\n', this.at)
    return end < 0 ? this.text.length : end
  }
}

/** By character code: what a bare word ends before. */
const ENDS_WORD = new Uint8Array(SEMICOLON + 1)
for (const code of [TAB, NEWLINE, RETURN, SPACE, OPEN, CLOSE, SEMICOLON]) ENDS_WORD[code] = 1

/** Also true at the end of the text, which has no code. */
const isLineEnd = (code: number): boolean => code === NEWLINE || Number.isNaN(code)

function doubled<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
