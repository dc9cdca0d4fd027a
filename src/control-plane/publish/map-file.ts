// The file of a compiled map: typed arrays one after the other, as they lie in memory, so that reading it makes nothing but
// views of what was read.
//
//   head, HEAD words | table | nodes | starts | inside | tierStarts | tierPlaces | rows, filled up to whole words | SHA-256 of all before
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { TABLE_BITS } from '../../snapshot/map.js'
import { sharedBytes } from '../../snapshot/shared.js'
import { narrow } from './growing-numbers.js'
import type { SteeringMap } from './steering-map.js'

const WORD = 4
const CHECKSUM_BYTES = 32
const HEAD_WORDS = 8
/** `sort` also tells a machine that orders its bytes otherwise. Counts are of what the arrays hold. */
const HEAD = { sort: 0, nodes: 1, rankings: 2, tiers: 3, places: 4, rows: 5, rowBytes: 6 } as const
const SORT = 0x4d4d4150
const WIDTHS: readonly number[] = [1, 2, 4]

/** @throws Error where the file is not whole, or not there */
export function readMap(file: string): SteeringMap {
  const bytes = readWhole(file)
  const end = bytes.length - CHECKSUM_BYTES
  const sum = createHash('sha256')
    .update(bytes.subarray(0, Math.max(0, end)))
    .digest()
  if (end < HEAD_WORDS * WORD || !sum.equals(bytes.subarray(end))) throw new Error('damaged')
  const head = new Int32Array(bytes.buffer, 0, HEAD_WORDS)
  const width = head[HEAD.rowBytes]!
  if (head[HEAD.sort] !== SORT || !WIDTHS.includes(width)) throw new Error('of another sort')
  let at = HEAD_WORDS * WORD
  const words = (length: number): Int32Array => {
    const part = new Int32Array(bytes.buffer, at, length)
    at += part.byteLength
    return part
  }
  const length = head[HEAD.rankings]!
  const map = { table: words(1 << TABLE_BITS), nodes: words(head[HEAD.nodes]!) }
  const starts = words(length + 1)
  const inside = words(length)
  const tierStarts = words(head[HEAD.tiers]! + 1)
  const tierPlaces = words(head[HEAD.places]!)
  const rows = narrow(width, bytes.buffer, at, head[HEAD.rows]!)
  return { map, rankings: { length, rows, starts, inside, tierPlaces, tierStarts } }
}

/** @throws the system's error */
export function writeMap(file: string, { map, rankings }: SteeringMap): void {
  const { rows, starts, inside, tierStarts, tierPlaces } = rankings
  const head = new Int32Array(HEAD_WORDS)
  head[HEAD.sort] = SORT
  head[HEAD.nodes] = map.nodes.length
  head[HEAD.rankings] = rankings.length
  head[HEAD.tiers] = tierStarts.length - 1
  head[HEAD.places] = tierPlaces.length
  head[HEAD.rows] = rows.length
  head[HEAD.rowBytes] = rows.BYTES_PER_ELEMENT
  const filling = new Uint8Array(-rows.byteLength & (WORD - 1))
  const hash = createHash('sha256')
  const fd = openSync(file, 'w', 0o600)
  try {
    const put = (bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    }
    for (const part of [head, map.table, map.nodes, starts, inside, tierStarts, tierPlaces, rows, filling]) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
      hash.update(bytes)
      put(bytes)
    }
    put(hash.digest())
  } finally {
    closeSync(fd)
  }
}

function readWhole(file: string): Uint8Array {
  const fd = openSync(file, 'r')
  try {
    const bytes = sharedBytes(statSync(file).size)
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(fd, bytes, at, bytes.length - at, at)
      if (read === 0) throw new Error('cut short')
      at += read
    }
    return bytes
  } finally {
    closeSync(fd)
  }
}
