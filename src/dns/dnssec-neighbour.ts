// Names next to another one in canonical order (RFC 4034 §6.1), for proofs that tell of one name and of no other (RFC 4470 §3.1.2,
// RFC 9824 §3.1). Names are in lower case.
import { MAX_LABEL, MAX_NAME, type Name, parent } from './name.js'

const FIRST_CAPITAL = 65
const LAST_CAPITAL = 90
const MAX_BYTE = 255

/** The very next name: the first that can lie below it, or, where no name is long enough for that, the first beside it. */
export const nameAfter = (name: Name, apex: Name): Name =>
  name.length + 2 <= MAX_NAME ? Uint8Array.from([1, 0, ...name]) : nameAfterAll(name, apex)

/** The first name that is neither the name nor below it; after the last of the zone comes its apex. */
export function nameAfterAll(name: Name, apex: Name): Name {
  if (name.length === apex.length) return apex
  const label = name.subarray(1, 1 + name[0]!)
  const above = parent(name)! // what is below an apex has one
  if (label.length < MAX_LABEL && name.length < MAX_NAME) return joined([...label, 0], above)
  for (let i = label.length - 1; i >= 0; i--) {
    if (label[i]! === MAX_BYTE) continue
    // Capitals are small letters here, which come later.
    const next = label[i]! + 1 === FIRST_CAPITAL ? LAST_CAPITAL + 1 : label[i]! + 1
    return joined([...label.subarray(0, i), next], above)
  }
  return nameAfterAll(above, apex)
}

/** A name before it in the same place, with next to nothing between the two. */
export function nameBefore(name: Name): Name {
  const label = name.subarray(1, 1 + name[0]!)
  const above = parent(name)! // only the root has none, and nothing comes before it
  const head = label.subarray(0, -1)
  const last = label.at(-1)! // a label is never empty
  if (last === 0) return head.length === 0 ? above : joined(head, above)
  const before = last - 1 === LAST_CAPITAL ? FIRST_CAPITAL - 1 : last - 1
  const room = Math.min(MAX_LABEL - label.length, MAX_NAME - name.length)
  return joined([...head, before, ...new Uint8Array(room).fill(MAX_BYTE)], above)
}

const joined = (label: ArrayLike<number>, above: Name): Name =>
  Uint8Array.from([label.length, ...Array.from(label), ...above])
