// Compiled maps on disk, so that a restart does not compile again what has not changed. A file is taken only if its
// checksum holds; anything else about it that is wrong costs a compile, never an answer.
//
//   length of the head, 4 bytes | head: JSON | table: 32-bit words | nodes: 32-bit words | SHA-256 of all before
import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Family } from '../../dns/address.js'
import { TABLE_BITS } from '../../snapshot/map.js'
import { sharedBytes } from '../../snapshot/shared.js'
import { type CompactRanking, type SteeringMap, Tiers } from './steering-map.js'
import { type MapSpec, mapKey } from './steerings.js'

/** To be raised whenever compiling would make something else of the same database and spec. */
const FORMAT = 2
/** Files kept; the longest unused goes first. */
const KEPT = 64
const LENGTH_BYTES = 4
const TABLE_BYTES = 4 << TABLE_BITS
const CHECKSUM_BYTES = 32

interface Head {
  readonly format: number
  readonly rankings: readonly CompactRanking[]
}

export class MapCache {
  private readonly directory: string

  /** @param directory made when the first map is saved */
  constructor(directory: string) {
    this.directory = directory
  }

  /** Names a map by all that it is made of. `database` is the hash of the file or files, or 'none'. */
  key(family: Family, database: string, spec: MapSpec): string {
    const parts = JSON.stringify([FORMAT, family, database, mapKey(spec)])
    return createHash('sha256').update(parts).digest('hex').slice(0, 32)
  }

  /** The map of that name; undefined where there is none, or none that is whole. */
  load(key: string): SteeringMap | undefined {
    try {
      const file = this.file(key)
      const map = decode(readWhole(file))
      const now = new Date()
      utimesSync(file, now, now)
      return map
    } catch {
      return undefined
    }
  }

  /** Keeps a map. @throws the system's error where it cannot */
  save(key: string, map: SteeringMap): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 })
    const aside = `${this.file(key)}.new`
    writeWhole(aside, map)
    renameSync(aside, this.file(key))
    this.forgetOldest()
  }

  private file(key: string): string {
    return join(this.directory, `${key}.map`)
  }

  private forgetOldest(): void {
    const files = readdirSync(this.directory).map(name => join(this.directory, name))
    const byUse = files.map(file => ({ file, used: statSync(file).mtimeMs })).sort((a, b) => b.used - a.used)
    for (const { file } of byUse.slice(KEPT)) rmSync(file, { force: true })
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

function decode(bytes: Uint8Array): SteeringMap {
  const end = bytes.length - CHECKSUM_BYTES
  const sum = createHash('sha256').update(bytes.subarray(0, end)).digest()
  if (end < LENGTH_BYTES || !sum.equals(bytes.subarray(end))) throw new Error('damaged')
  const headLength = new DataView(bytes.buffer).getUint32(0)
  const { format, rankings } = JSON.parse(
    Buffer.from(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + headLength)).toString(),
  ) as Head // its sum holds, so it is what was written
  if (format !== FORMAT) throw new Error('of another format')
  const tiers = new Tiers()
  const table = LENGTH_BYTES + headLength
  const nodes = table + TABLE_BYTES
  return {
    map: {
      table: new Int32Array(bytes.buffer, table, TABLE_BYTES / 4),
      nodes: new Int32Array(bytes.buffer, nodes, (end - nodes) / 4),
    },
    rankings: rankings.map(ranking => ({ ...ranking, tiers: ranking.tiers.map(tier => tiers.one(tier)) })),
  }
}

function writeWhole(file: string, { map, rankings }: SteeringMap): void {
  const json = JSON.stringify({ format: FORMAT, rankings } satisfies Head)
  // Padded, so that the words after it lie where words may lie.
  const head = Buffer.from(json.padEnd(Math.ceil(Buffer.byteLength(json) / 4) * 4))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(head.length)
  const hash = createHash('sha256')
  const fd = openSync(file, 'w', 0o600)
  try {
    const put = (bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    }
    for (const part of [length, head, bytesOf(map.table), bytesOf(map.nodes)]) {
      hash.update(part)
      put(part)
    }
    put(hash.digest())
  } finally {
    closeSync(fd)
  }
}

const bytesOf = (words: Int32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
