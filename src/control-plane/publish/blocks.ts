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
  const bits = Math.log2(count)
  const mark = (block: number, depth: number): void => {
    if (depth === bits || blocks[block] !== MIXED) {
      const first = (block << (bits - depth)) - count
      depths.fill(depth, first, first + (1 << (bits - depth)))
    } else {
      mark(block * 2, depth + 1)
      mark(block * 2 + 1, depth + 1)
    }
  }
  mark(1, 0)
  return depths
}
