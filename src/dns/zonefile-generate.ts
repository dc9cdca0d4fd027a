// $GENERATE, BIND's directive for many records of one pattern: `$GENERATE 1-254/2 host-${0,3,d} A 192.0.2.$`.

export interface GenerateRange {
  readonly start: number
  readonly stop: number
  readonly step: number
}

/** A pattern cut at its substitutions. */
export type Template = readonly (string | Substitution)[]

interface Substitution {
  readonly offset: number
  readonly width: number
  readonly base: 'd' | 'o' | 'x' | 'X' | 'n' | 'N'
}

const MOST = 2 ** 31 - 1
/** A name has no more characters than this, escapes counted. */
const MAX_WIDTH = 1020

/** `start-stop` or `start-stop/step`; undefined where the text is no such range. */
export function parseRange(text: string): GenerateRange | undefined {
  const parts = /^([0-9]{1,10})-([0-9]{1,10})(?:\/([0-9]{1,10}))?$/.exec(text)
  if (parts === null) return undefined
  const [start, stop, step] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 1)]
  return start <= stop && stop <= MOST && step >= 1 && step <= MOST ? { start, stop, step } : undefined
}

export const rangeCount = ({ start, stop, step }: GenerateRange): number => Math.floor((stop - start) / step) + 1

/** `$` is the number, `${offset,width,base}` the number in another form, `$$` a dollar sign; undefined where braces make no sense. */
export function parseTemplate(text: string): Template | undefined {
  const parts: (string | Substitution)[] = []
  for (const [piece] of text.matchAll(/\\.|\$\$|\$\{[^}]*\}?|\$|[^\\$]+|\\/gs)) {
    if (piece === '$$') parts.push('$')
    else if (piece.startsWith('$')) {
      const substitution = readSubstitution(piece)
      if (substitution === undefined) return undefined
      parts.push(substitution)
    } else parts.push(piece)
  }
  return parts
}

export function fill(template: Template, number: number): string {
  return template.map(part => (typeof part === 'string' ? part : formatted(number + part.offset, part))).join('')
}

function readSubstitution(text: string): Substitution | undefined {
  if (text === '$') return { offset: 0, width: 0, base: 'd' }
  const parts = /^\$\{([+-]?[0-9]{1,10})(?:,([0-9]{1,4})(?:,([doxXnN]))?)?\}$/.exec(text)
  if (parts === null) return undefined
  const width = Number(parts[2] ?? 0)
  const base = (parts[3] ?? 'd') as Substitution['base'] // the pattern has no others
  return width > MAX_WIDTH ? undefined : { offset: Number(parts[1]), width, base }
}

function formatted(number: number, { width, base }: Substitution): string {
  if (base === 'n' || base === 'N') return nibbles(number, width, base === 'N')
  // As printf has them: only decimals have a sign, the others are 32 bits.
  const sign = base === 'd' && number < 0 ? '-' : ''
  const digits = (base === 'd' ? Math.abs(number) : number >>> 0).toString({ d: 10, o: 8, x: 16, X: 16 }[base])
  return sign + (base === 'X' ? digits.toUpperCase() : digits).padStart(width - sign.length, '0')
}

/** The hexadecimal digits from the last to the first with dots between them, as under ip6.arpa; the dots count as width. */
function nibbles(number: number, width: number, upper: boolean): string {
  let text = ''
  let value = number >>> 0
  do {
    const digit = (value & 15).toString(16)
    text += upper ? digit.toUpperCase() : digit
    value >>>= 4
    if (value !== 0 || text.length < width) text += '.'
  } while (value !== 0 || text.length < width)
  return text
}
