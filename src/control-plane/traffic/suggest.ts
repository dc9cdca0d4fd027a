// What somebody probably meant: the nearest known word by edit distance (Damerau–Levenshtein, adjacent swaps only).

/** The nearest candidate, if it is near enough to be a slip of the pen: one edit in three letters, three at most. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const from = word.toLowerCase()
  let best: string | undefined
  let least = Math.min(3, Math.max(1, Math.floor(from.length / 3))) + 1
  for (const candidate of candidates) {
    // Hostile input must not cost a table of a million cells.
    if (Math.abs(candidate.length - from.length) >= least) continue
    const distance = editDistance(from, candidate.toLowerCase())
    if (distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** How many letters to insert, delete, replace or swap with their neighbour. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
