// LOC (RFC 1876): latitude, longitude and altitude, the size of the thing and how exactly all this is known.
import { RdataError, shown } from './presentation.js'
import { bare, bigEndian, type Field, numberOf } from './rdata-fields.js'

const LENGTH = 16
/** Thousandths of a second of arc at the equator and the prime meridian. */
const MIDDLE = 2 ** 31
const DEGREE = 3_600_000
/** Centimetres below the reference spheroid that altitudes are counted from. */
const DEPTH = 10_000_000
const MOST_ALTITUDE = 2 ** 32 - 1 - DEPTH
/** Centimetres; RFC 1876 §3: what is left out is 1 m of size, 10 km of horizontal and 10 m of vertical precision. */
const SIZES = { size: 100, horizontal: 1_000_000, vertical: 1_000 } as const
const MOST_SIZE = 9e9

/** The whole data: `DEGREES [MINUTES [SECONDS]] N|S DEGREES … E|W ALTITUDE[m] [SIZE[m] [HORIZONTAL[m] [VERTICAL[m]]]]`. */
export const location = (label: string): Field => ({
  label,
  many: true,
  isName: false,
  encode(words) {
    const texts = words.map(bare)
    const latitude = readAngle(texts, 'N', 'S', 90)
    const longitude = readAngle(texts, 'E', 'W', 180)
    const altitude = readAltitude(texts.shift())
    const sizes = Object.entries(SIZES).map(([what, fallback]) => readSize(texts.shift(), what, fallback))
    if (texts.length > 0) throw new RdataError(`${shown(texts[0]!)} is too much; expected ${FORM}`)
    return Uint8Array.from([
      0,
      ...sizes,
      ...bigEndian(latitude, 4),
      ...bigEndian(longitude, 4),
      ...bigEndian(altitude, 4),
    ])
  },
  end: (rdata, at) =>
    at + LENGTH <= rdata.length && isLocation(rdata.subarray(at, at + LENGTH)) ? at + LENGTH : undefined,
  format: bytes =>
    [
      formatAngle(numberOf(bytes.subarray(4, 8)) - MIDDLE, 'N', 'S'),
      formatAngle(numberOf(bytes.subarray(8, 12)) - MIDDLE, 'E', 'W'),
      `${((numberOf(bytes.subarray(12, 16)) - DEPTH) / 100).toFixed(2)}m`,
      ...[1, 2, 3].map(at => formatSize(bytes[at]!)),
    ].join(' '),
})

const FORM = '52 30 59.5 N 13 22 41.2 E 34m, and after it size and precisions in metres'

/** Takes the words up to the hemisphere. */
function readAngle(texts: string[], plus: string, minus: string, most: number): number {
  const at = texts.findIndex(text => text === plus || text === minus)
  if (at < 1 || at > 3) throw new RdataError(`degrees and ${plus} or ${minus} are missing; expected ${FORM}`)
  const [degrees = '', minutes = '0', seconds = '0'] = texts.splice(0, at)
  const sign = texts.shift() === plus ? 1 : -1
  const sound =
    /^[0-9]{1,3}$/.test(degrees) &&
    /^[0-9]{1,2}$/.test(minutes) &&
    /^[0-9]{1,2}([.][0-9]{1,3})?$/.test(seconds) &&
    Number(minutes) < 60 &&
    Number(seconds) < 60
  const angle = Number(degrees) * DEGREE + Number(minutes) * 60_000 + Math.round(Number(seconds) * 1000)
  if (!sound || angle > most * DEGREE)
    throw new RdataError(
      `${shown(`${degrees} ${minutes} ${seconds}`)} is no angle of 0 to ${most} degrees, minutes, seconds`,
    )
  return MIDDLE + sign * angle
}

function readAltitude(text: string | undefined): number {
  const centimetres = metres(text ?? '', /^(-?[0-9]{1,8}([.][0-9]{1,2})?)m?$/i)
  if (centimetres === undefined || centimetres < -DEPTH || centimetres > MOST_ALTITUDE)
    throw new RdataError(
      text === undefined
        ? `the altitude is missing; expected ${FORM}`
        : `${shown(text)} is no altitude from -100000.00m to ${MOST_ALTITUDE / 100}m`,
    )
  return centimetres + DEPTH
}

/** One digit and a power of ten, four bits each; digits after the first are dropped, as all servers do. */
function readSize(text: string | undefined, what: string, fallback: number): number {
  const centimetres = text === undefined ? fallback : metres(text, /^([0-9]{1,8}([.][0-9]{1,2})?)m?$/i)
  if (centimetres === undefined || centimetres > MOST_SIZE)
    throw new RdataError(`${what}: ${shown(text ?? '')} is no length from 0.00m to 90000000.00m`)
  const digits = String(centimetres)
  return (Number(digits[0]) << 4) | (centimetres === 0 ? 0 : digits.length - 1)
}

/** Whole centimetres. */
function metres(text: string, form: RegExp): number | undefined {
  const number = form.exec(text)?.[1]
  return number === undefined ? undefined : Math.round(Number(number) * 100)
}

/** RFC 1876 §2: version 0, digits below ten, and no power of ten without a digit before it. */
function isLocation(bytes: Uint8Array): boolean {
  const angle = (at: number, most: number): boolean =>
    Math.abs(numberOf(bytes.subarray(at, at + 4)) - MIDDLE) <= most * DEGREE
  const sizes = [1, 2, 3].every(at => {
    const [digit, power] = [bytes[at]! >> 4, bytes[at]! & 15]
    return digit <= 9 && power <= 9 && (digit > 0 || power === 0)
  })
  return bytes[0] === 0 && sizes && angle(4, 90) && angle(8, 180)
}

function formatAngle(angle: number, plus: string, minus: string): string {
  const size = Math.abs(angle)
  const degrees = Math.floor(size / DEGREE)
  const minutes = Math.floor((size % DEGREE) / 60_000)
  const seconds = ((size % 60_000) / 1000).toFixed(3)
  return `${degrees} ${minutes} ${seconds} ${angle < 0 ? minus : plus}`
}

function formatSize(byte: number): string {
  const centimetres = (byte >> 4) * 10 ** (byte & 15)
  return centimetres >= 100 ? `${centimetres / 100}m` : `${(centimetres / 100).toFixed(2)}m`
}
