// Points in time in record data (RFC 4034 §3.2): `YYYYMMDDHHmmSS` in UTC, or seconds since 1970; four bytes on the wire.
import { RdataError, shown } from './presentation.js'
import { bare, bigEndian, type Field, numberOf, single, within } from './rdata-fields.js'

const MOST = 2 ** 32 - 1

/**
 * The wire has 32 bits that wrap (RFC 1982), and which turn is meant only a clock could tell. This is a translation and
 * has none: it takes the years from 1970 to 2106.
 */
export const time = (label: string): Field => ({
  ...single(label),
  encode([word]) {
    const text = bare(word!)
    const seconds = /^[0-9]{14}$/.test(text) ? fromDate(text) : /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined
    if (seconds === undefined || seconds > MOST)
      throw new RdataError(`${shown(text)} is no time such as 20260131120000, from 1970 to 2106`)
    return bigEndian(seconds, 4)
  },
  end: (rdata, at) => within(rdata, at + 4),
  format: bytes => toDate(numberOf(bytes)),
})

/** `2026-01-31T12:00:00.000Z` without what is not a digit, and without the milliseconds. */
const toDate = (seconds: number): string =>
  new Date(seconds * 1000)
    .toISOString()
    .replace(/[^0-9]/g, '')
    .slice(0, 14)

/** Undefined where the calendar has no such time. */
function fromDate(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)$/.exec(text)!.map(Number) // 14 digits
  const seconds = Date.UTC(year!, month! - 1, day, hour, minute, second) / 1000
  return seconds >= 0 && toDate(seconds) === text ? seconds : undefined
}
