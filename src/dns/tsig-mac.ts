// What a transaction signature signs (RFC 8945 §4.3): the message, what came before it, and the variables of the record.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { canonical } from './name.js'
import { CLASS } from './numbers.js'
import { type Tsig, type TsigAlgorithm, type TsigKey, time48, word } from './tsig.js'

/** Bytes of a whole MAC. */
export const MAC_BYTES: Readonly<Record<TsigAlgorithm, number>> = {
  'hmac-sha1': 20,
  'hmac-sha224': 28,
  'hmac-sha256': 32,
  'hmac-sha384': 48,
  'hmac-sha512': 64,
}

/**
 * The MAC of a message without its TSIG record. `prior` is the MAC of the request, for a response; `timersOnly` holds
 * for all but the first message of a long response (§5.3.1), whose prior is the MAC of the message before.
 */
export function macOf(
  { algorithm, secret }: TsigKey,
  message: Uint8Array,
  tsig: Omit<Tsig, 'mac' | 'originalId'>,
  prior?: Uint8Array,
  timersOnly = false,
): Uint8Array {
  const hmac = createHmac(algorithm.slice('hmac-'.length), secret)
  if (prior !== undefined) hmac.update(Uint8Array.from([...word(prior.length), ...prior]))
  hmac.update(message)
  hmac.update(Uint8Array.from(timersOnly ? timers(tsig) : variables(tsig)))
  return hmac.digest()
}

function variables(tsig: Omit<Tsig, 'mac' | 'originalId'>): number[] {
  const { key, algorithm, error, other } = tsig
  const names = [...canonical(key), ...word(CLASS.ANY), 0, 0, 0, 0, ...canonical(algorithm)]
  return [...names, ...timers(tsig), ...word(error), ...word(other.length), ...other]
}

const timers = ({ timeSigned, fudge }: Pick<Tsig, 'timeSigned' | 'fudge'>): number[] => [
  ...time48(timeSigned),
  ...word(fudge),
]

/** Whether the MAC that came is the expected one, or its beginning. Takes the same time whatever came. */
export const sameMac = (expected: Uint8Array, came: Uint8Array): boolean =>
  came.length > 0 && came.length <= expected.length && timingSafeEqual(expected.subarray(0, came.length), came)
