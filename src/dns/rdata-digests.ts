// Digests in record data are as long as their algorithm makes them: one that was cut short would be believed by nobody.

/**
 * What is wrong with the digest in the given field, the last one; the byte before it says which algorithm it is of.
 * @param lengths bytes of the digest by algorithm
 * @param least bytes of those of other algorithms
 */
export function digestFault(field: number, lengths: Readonly<Record<number, number>>, least = 1) {
  return (rdata: Uint8Array, starts: readonly number[]): string | undefined => {
    const at = starts[field]!
    const algorithm = rdata[at - 1]!
    const length = rdata.length - at
    const right = lengths[algorithm]
    if (right === undefined ? length >= least : length === right) return undefined
    return `a digest of algorithm ${algorithm} has ${right ?? `at least ${least}`} bytes, and this one has ${length}`
  }
}
