// A TTL as zone files write it: seconds, or numbers with units such as 1h30m (BIND's form; RFC 1035 §5.1 has seconds only).

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** RFC 2181 §8: the most significant bit is zero. */
export const MAX_TTL = 2 ** 31 - 1

/** Seconds; undefined where the text is no time, or more than `most`, which is what RFC 2181 §8 allows for a TTL. */
export function parseTtl(text: string, most = MAX_TTL): number | undefined {
  let total = 0
  let number = -1
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit >= 0 && digit <= 9) number = Math.max(0, number) * 10 + digit
    else {
      const unit = UNITS[text[i]!.toLowerCase()]
      if (unit === undefined || number < 0) return undefined
      total += number * unit
      number = -1
    }
    // Also keeps a long row of digits from becoming infinite.
    if (total + Math.max(0, number) > most) return undefined
  }
  if (text === '') return undefined
  // A number without a unit is seconds only where it stands alone: 1h30 is a slip of the pen.
  if (number >= 0 && total > 0) return undefined
  return total + Math.max(0, number)
}
