// Where a name leads in the snapshot's own table: to records, along aliases, by wildcard, or nowhere (RFC 1034 §4.3.2).
import { equalNames, type Name, parent } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import {
  CUT_NODE,
  ENTRY_WORDS,
  hashName,
  LINK,
  MAX_LINKS,
  type NameTable,
  NODE,
  NODE_WORDS,
  slotOf,
} from '../../snapshot/names.js'
import type { NameKind } from './explanation.js'

export interface Trail {
  readonly kind: NameKind
  /** The number of the zone that the name belongs to; −1: none of ours. */
  readonly zone: number
  /** The number of the zone in which the trail ends; another one where an alias leads there. */
  readonly lastZone: number
  /** The node's name: the wildcard's own where one stands in. */
  readonly at: Name | undefined
  readonly aliases: readonly Name[]
  /** The number of the steering; only where the kind is `steered`. */
  readonly steering: number
}

const NO_STEERING = -1

/** Follows the name of a query for `type`. */
export function follow(table: NameTable, name: Name, type: number): Trail {
  const start = find(table, name)
  if (start === undefined)
    return { kind: 'outside', zone: -1, lastZone: -1, at: undefined, aliases: [], steering: NO_STEERING }
  const zone = word(table, start.node, NODE.zone)
  const to = (node: number, kind: NameKind, aliases: readonly Name[], steering = NO_STEERING): Trail => ({
    kind,
    zone,
    lastZone: word(table, node, NODE.zone),
    at: nodeName(table, node),
    aliases,
    steering,
  })
  if (start.match === 'none') return { ...to(start.node, 'nxdomain', []), at: undefined }
  // The parent's side of a cut owns its DS (RFC 4035 §3.1.4.1).
  const atCut = type === TYPE.DS && equalNames(name, nodeName(table, start.node))
  if (start.match === 'exact' && isCut(table, start.node) && !atCut) return to(start.node, 'delegation', [])

  const aliases: Name[] = []
  for (let node = start.node; aliases.length < MAX_LINKS; ) {
    const link = word(table, node, NODE.link)
    if (link === LINK.none || type === TYPE.CNAME || type === TYPE.ANY) {
      const { kind, steering } = answerAt(table, node, type)
      return to(node, kind, aliases, steering)
    }
    aliases.push(nodeName(table, node))
    if (link === LINK.outside) return to(node, 'alias', aliases)
    if ((link & 3) === LINK.nxdomain) return { ...to(node, 'nxdomain', aliases), lastZone: link >> 2, at: undefined }
    node = link >> 2
    if (isCut(table, node)) return to(node, 'delegation', aliases)
  }
  return to(start.node, 'endless', aliases)
}

/** What a node has for a type. ANY: one of the static sets, or, where all is steered, the HINFO of RFC 8482. */
function answerAt(table: NameTable, node: number, type: number): { kind: NameKind; steering: number } {
  const first = word(table, node, NODE.firstEntry) * ENTRY_WORDS
  const end = first + word(table, node, NODE.entryCount) * ENTRY_WORDS
  for (let at = first; at < end; at += ENTRY_WORDS) {
    if (type === TYPE.ANY) return { kind: 'static', steering: NO_STEERING }
    if (table.entries[at] !== type) continue
    const reference = table.entries[at + 1]!
    return reference < 0 ? { kind: 'steered', steering: ~reference } : { kind: 'static', steering: NO_STEERING }
  }
  return { kind: 'nodata', steering: NO_STEERING }
}

interface Start {
  readonly node: number
  readonly match: 'exact' | 'wildcard' | 'none'
}

/** The node of the name, of the wildcard or the cut that stands for it, or its closest encloser; undefined outside our zones. */
function find(table: NameTable, name: Name): Start | undefined {
  for (let suffix: Name | undefined = name; suffix !== undefined; suffix = parent(suffix)) {
    const node = nodeOf(table, suffix)
    if (node === undefined) continue
    if (isCut(table, node) || suffix.length === name.length) return { node, match: 'exact' }
    const wildcard = word(table, node, NODE.wildcard)
    return wildcard === 0 ? { node, match: 'none' } : { node: wildcard - 1, match: 'wildcard' }
  }
  return undefined
}

function nodeOf(table: NameTable, name: Name): number | undefined {
  const { slots } = table
  const hash = hashName(name)
  const mask = slots.length / 2 - 1
  for (let slot = slotOf(hash, mask); ; slot = (slot + 1) & mask) {
    const node = slots[slot * 2 + 1]! - 1
    if (node < 0) return undefined
    if (slots[slot * 2] === hash && equalNames(nodeName(table, node), name)) return node
  }
}

const word = ({ nodes }: NameTable, node: number, at: number): number => nodes[node * NODE_WORDS + at]!

const isCut = (table: NameTable, node: number): boolean => word(table, node, NODE.kind) === CUT_NODE

function nodeName(table: NameTable, node: number): Name {
  const at = word(table, node, NODE.nameAt)
  return table.bytes.slice(at, at + word(table, node, NODE.nameLength))
}
