// Which answers were right: those that some state gave that was in force at some moment between query and answer.
//
//   state s was asked for at requested[s], and in force at the latest at replied[s]:
//
//        requested[s]      replied[s]         requested[s+1]    replied[s+1]
//   ──────────┼────────────────┼───────────────────┼────────────────┼──────────
//             ├──── may be ────┼─────── is ────────┼──── may be ────┤

/** The place of the first region that is up and not left out; `up` is a set of bits. */
export function answerOf(nearest, left, up) {
  for (const region of nearest) if (region !== left && (up >>> region) & 1) return region
  return -1
}

/**
 * @param states `{ requested, replied, up }`, ms, in their order; the first was in force before anything was asked
 * @param answers `{ count, ids, regions, sentAt, receivedAt }`, in the order of their receipt
 * @param questions for each id the regions, nearest first, and the one that is left out
 */
export function judge(states, { count, ids, regions, sentAt, receivedAt }, questions) {
  const seen = new Set()
  const result = { wrong: 0, certain: 0, either: 0, examples: [] }
  for (let i = 0; i < count; i++) {
    const { nearest, left } = questions[ids[i]]
    const first = earliest(states, sentAt[i])
    const before = Math.max(0, first - 1)
    let last = first
    while (last + 1 < states.length && states[last + 1].requested <= receivedAt[i]) last++
    let right = false
    let giver = -1
    for (let s = before; s <= last; s++) {
      if (answerOf(nearest, left, states[s].up) !== regions[i]) continue
      if (giver < 0) giver = s
      right ||= s >= first
    }
    // The first state that gives it, where those before do not: so the change to it was seen.
    if (right && giver > before) seen.add(giver)
    if (first === last) result.certain++
    else result.either++
    if (right) continue
    result.wrong++
    if (result.examples.length < 5)
      result.examples.push({ id: ids[i], got: regions[i], first, last, took: receivedAt[i] - sentAt[i] })
  }
  return { ...result, changesSeen: seen.size }
}

/** The oldest state that may have been in force at `time` or later: its successor's reply was not there before. */
function earliest(states, time) {
  let low = 0
  let high = states.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (states[middle + 1].replied < time) low = middle + 1
    else high = middle
  }
  return low
}
