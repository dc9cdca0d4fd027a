// Numbers in record data that may be written as words: algorithms (RFC 4034 §A.1 and its registry), kinds of certificate (RFC 4398 §2.1).
import { bare, type Field, numberOf, u8, u16 } from './rdata-fields.js'

const ALGORITHMS: Readonly<Record<string, number>> = {
  RSAMD5: 1,
  DH: 2,
  DSA: 3,
  RSASHA1: 5,
  'DSA-NSEC3-SHA1': 6,
  'RSASHA1-NSEC3-SHA1': 7,
  RSASHA256: 8,
  RSASHA512: 10,
  'ECC-GOST': 12,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
  INDIRECT: 252,
  PRIVATEDNS: 253,
  PRIVATEOID: 254,
}

const CERTIFICATES: Readonly<Record<string, number>> = {
  PKIX: 1,
  SPKI: 2,
  PGP: 3,
  IPKIX: 4,
  ISPKI: 5,
  IPGP: 6,
  ACPKIX: 7,
  IACPKIX: 8,
  URI: 253,
  OID: 254,
}

/** Shown as a number: RFC 4034 §2.2 has it so, and all tools read it. */
export const algorithm = (label: string): Field => named(u8(label), ALGORITHMS)

/** Shown as a word where it has one. */
export const certificateType = (label: string): Field => {
  const field = named(u16(label), CERTIFICATES)
  const words = new Map(Object.entries(CERTIFICATES).map(([word, number]) => [number, word]))
  return { ...field, format: bytes => words.get(numberOf(bytes)) ?? field.format(bytes) }
}

/** A number that may be written as a word. */
function named(field: Field, numbers: Readonly<Record<string, number>>): Field {
  return {
    ...field,
    encode([word], origin) {
      const text = bare(word!).toUpperCase()
      return field.encode(
        Object.hasOwn(numbers, text) ? [{ text: `${numbers[text]}`, quoted: false }] : [word!],
        origin,
      )
    },
  }
}
