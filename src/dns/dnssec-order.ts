// Canonical order of names (RFC 4034 §6.1): label by label from the right, as strings of bytes in lower case; what is shorter comes first.
import { lower, MAX_NAME } from './name.js'

/** Most labels that a name can have, the root not counted. */
const MAX_LABELS = MAX_NAME >> 1

/** Where each label's length byte lies, counted from the name's first byte; used again for each comparison. */
const startsOfA = new Uint8Array(MAX_LABELS)
const startsOfB = new Uint8Array(MAX_LABELS)

/** Negative where `a` comes before `b`, 0 where they are the same name; the names begin at `at` and `bt`. Allocates nothing. */
export function compareNames(a: Uint8Array, b: Uint8Array, at = 0, bt = 0): number {
  let i = labelStarts(a, at, startsOfA)
  let k = labelStarts(b, bt, startsOfB)
  while (i > 0 && k > 0) {
    const order = compareLabels(a, at + startsOfA[--i]!, b, bt + startsOfB[--k]!)
    if (order !== 0) return order
  }
  return i - k
}

/** @returns how many labels there are */
function labelStarts(bytes: Uint8Array, from: number, starts: Uint8Array): number {
  let count = 0
  for (let at = from; bytes[at]! > 0; at += bytes[at]! + 1) starts[count++] = at - from
  return count
}

/** Two labels whose length bytes lie at `at` and `bt`. */
function compareLabels(a: Uint8Array, at: number, b: Uint8Array, bt: number): number {
  const lengthA = a[at]!
  const lengthB = b[bt]!
  const common = Math.min(lengthA, lengthB)
  for (let i = 1; i <= common; i++) {
    const order = lower(a[at + i]!) - lower(b[bt + i]!)
    if (order !== 0) return order
  }
  return lengthA - lengthB
}

/** Bytes in the order of RFC 4034 §6.3: as left-justified strings, what is shorter first. */
export function compareRdata(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b)
}
