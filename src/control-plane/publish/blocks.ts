// Aligned blocks of equal leaves in a list of 2^n values: how long a prefix is enough to tell each value from the rest.

/** Stands for a value that is not one leaf: nodes, and blocks of several leaves. */
export const MIXED = 0

/**
 * @param values 2^n of them; below 0 a leaf, else a node
 * @returns for each the number of leading index bits of the largest aligned block that holds it and nothing else
 */
export function blockDepths(values: Int32Array): Uint8Array {
  const count = values.length
  // A heap: block i holds the blocks 2i and 2i + 1; the values themselves are the last row.
  const blocks = new Int32Array(count * 2)
  for (let i = 0; i < count; i++) blocks[count + i] = values[i]! < 0 ? values[i]! : MIXED
  for (let i = count - 1; i > 0; i--) blocks[i] = blocks[i * 2] === blocks[i * 2 + 1] ? blocks[i * 2]! : MIXED
  const depths = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    let depth = Math.log2(count)
    for (let block = (count + i) >> 1; block > 0 && blocks[block] !== MIXED; block >>= 1) depth--
    depths[i] = depth
  }
  return depths
}
