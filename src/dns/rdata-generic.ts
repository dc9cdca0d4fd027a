// Record data of any type as bytes (RFC 3597 §5): `\# LENGTH HEX`.
import { RdataError, shown, type Word } from './presentation.js'

export const isGeneric = ([first]: readonly Word[]): boolean => first?.text === '\\#' && !first.quoted

/**
 * Reads the words of the generic form; spaces may part the digits.
 * @throws RdataError
 */
export function encodeGeneric([, length, ...rest]: readonly Word[]): Uint8Array {
  const digits = rest.map(word => word.text).join('')
  if (length === undefined || !/^[0-9]{1,5}$/.test(length.text))
    throw new RdataError('after \\# comes the number of bytes, then the bytes in hexadecimal digits')
  if (!/^[0-9a-f]*$/i.test(digits) || digits.length % 2 !== 0)
    throw new RdataError(`${shown(digits)} is not pairs of hexadecimal digits`)
  if (digits.length !== Number(length.text) * 2)
    throw new RdataError(`\\# promises ${Number(length.text)} bytes and ${digits.length / 2} follow`)
  return Uint8Array.from(Buffer.from(digits, 'hex'))
}

export function formatGeneric(rdata: Uint8Array): string {
  return `\\# ${rdata.length} ${Buffer.from(rdata).toString('hex')}`.trimEnd()
}
