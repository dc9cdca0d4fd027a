// Writes small MaxMind DB files for tests (https://maxmind.github.io/MaxMind-DB/, version 2.0).
import { createHash } from 'node:crypto'
import type { DatabaseFile } from '../../../src/control-plane/geo/library.js'
import type { AddressBytes, Prefix } from '../../../src/dns/address.js'
import { parsePrefix } from '../../../src/dns/address.js'
import { encodeValue } from './mmdb-value.js'

export interface MmdbEntry {
  /** `192.0.2.0/24` or `2001:db8::/32`; in a file of IP version 6 an IPv4 prefix lies below ::/96. */
  readonly prefix: string
  /** What the file says of it: maps, arrays, strings, numbers, booleans (see mmdb-value.ts). */
  readonly record: unknown
}

export interface MmdbOptions {
  readonly ipVersion: 4 | 6
  /** Bits of one of the two records of a node; 24 unless told. */
  readonly recordSize?: 24 | 28 | 32
  readonly databaseType?: string
  /** Seconds. */
  readonly buildEpoch?: number
  /** Whether ::ffff:0:0/96, 2001::/32 and 2002::/16 lead to the IPv4 tree, as they do in MaxMind's own files. */
  readonly aliasV4?: boolean
}

interface Leaf {
  readonly offset: number
}
interface Node {
  children: [Child, Child]
}
type Child = Node | Leaf | undefined

const ALIASES = ['::ffff:0:0/96', '2001::/32', '2002::/16']
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')

/** MaxMind's own library takes no other type there. */
const uint16 = (value: number): Uint16Array => Uint16Array.of(value)

/** The bytes of a file. Order does not matter: the longer prefix wins; equal records are stored once. */
export function writeMmdb(entries: readonly MmdbEntry[], options: MmdbOptions): Uint8Array {
  const { ipVersion, recordSize = 24, databaseType = 'Test', buildEpoch = 1_780_000_000, aliasV4 = false } = options
  const data: number[] = []
  const strings = new Map<string, number>()
  const offsets = new Map<string, number>()
  const store = (record: unknown): Leaf => {
    const key = JSON.stringify(record, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
    const known = offsets.get(key)
    if (known !== undefined) return { offset: known }
    const value = encodeValue(record, data, strings)
    offsets.set(key, value)
    return { offset: value }
  }

  const root: Node = { children: [undefined, undefined] }
  const prefixes = entries.map(({ prefix, record }) => ({ prefix: place(prefix, ipVersion), record }))
  prefixes.sort((a, b) => a.prefix.length - b.prefix.length)
  for (const { prefix, record } of prefixes) insert(root, prefix, store(record))
  if (ipVersion === 6 && aliasV4) {
    const v4 = find(root, new Uint8Array(16), 96)
    for (const alias of ALIASES) insert(root, place(alias, 6), v4)
  }

  const nodes = number(root)
  const tree = Buffer.concat([...nodes.keys()].map(node => encodeNode(node, nodes, recordSize)))
  const metadata: number[] = []
  encodeValue(
    {
      binary_format_major_version: uint16(2),
      binary_format_minor_version: uint16(0),
      build_epoch: BigInt(buildEpoch),
      database_type: databaseType,
      description: { en: 'a file for tests' },
      ip_version: uint16(ipVersion),
      languages: ['en'],
      node_count: nodes.size,
      record_size: uint16(recordSize),
    },
    metadata,
    new Map(),
  )
  return Buffer.concat([tree, Buffer.alloc(16), Buffer.from(data), MARKER, Buffer.from(metadata)])
}

function place(text: string, ipVersion: 4 | 6): Prefix {
  const prefix = parsePrefix(text)
  if (prefix === undefined) throw new Error(`"${text}" is no prefix`)
  const { bytes, length } = prefix
  if (bytes.length === (ipVersion === 4 ? 4 : 16)) return prefix
  if (ipVersion === 4) throw new Error(`"${text}" has no room in a file of IP version 4`)
  return { bytes: Uint8Array.from([...new Uint8Array(12), ...bytes]), length: length + 96 }
}

const bit = (bytes: AddressBytes, at: number): 0 | 1 => (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1 ? 1 : 0)
const isNode = (child: Child): child is Node => child !== undefined && 'children' in child

function insert(root: Node, { bytes, length }: Prefix, value: Child): void {
  // A root is always a node, so that a /0 is written as two halves.
  if (length === 0) root.children = [value, value]
  let node = root
  for (let depth = 0; depth < length; depth++) {
    const side = bit(bytes, depth)
    const child = node.children[side]
    if (depth === length - 1) node.children[side] = value
    else if (isNode(child)) node = child
    else node = node.children[side] = { children: [child, child] }
  }
}

function find(root: Node, bytes: AddressBytes, length: number): Child {
  let at: Child = root
  for (let depth = 0; depth < length && isNode(at); depth++) at = at.children[bit(bytes, depth)]
  return at
}

/** Every node once, however many ways lead to it; the root is 0. */
function number(root: Node): Map<Node, number> {
  const nodes = new Map<Node, number>()
  const visit = (child: Child): void => {
    if (!isNode(child) || nodes.has(child)) return
    nodes.set(child, nodes.size)
    child.children.forEach(visit)
  }
  visit(root)
  return nodes
}

function encodeNode({ children }: Node, nodes: ReadonlyMap<Node, number>, recordSize: 24 | 28 | 32): Buffer {
  const [left, right] = children.map(child => {
    if (child === undefined) return nodes.size
    return isNode(child) ? nodes.get(child)! : nodes.size + 16 + child.offset
  }) as [number, number]
  const out = Buffer.alloc(recordSize / 4)
  if (recordSize === 32) {
    out.writeUInt32BE(left, 0)
    out.writeUInt32BE(right, 4)
  } else {
    out.writeUIntBE(left & 0xffffff, 0, 3)
    out.writeUIntBE(right & 0xffffff, recordSize === 24 ? 3 : 4, 3)
    if (recordSize === 28) out[3] = ((left >>> 24) << 4) | (right >>> 24)
  }
  return out
}

/** A file in memory, as whoever compiles maps takes it. */
export function databaseFile(file: string, bytes: Uint8Array): DatabaseFile {
  return { file, bytes, hash: createHash('sha256').update(bytes).digest('hex') }
}
