// Where a name leads in the snapshot's own table: to records, along aliases, by wildcard, or nowhere (RFC 1034 §4.3.2).
import { equalNames, MAX_NAME, type Name, nameKey, parent } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { ANSWER, ANSWER_WORDS } from '../../snapshot/answers.js'
import { HINTED } from '../../snapshot/hints.js'
import {
  CUT_NODE,
  entriesOf,
  LINK,
  MAX_LINKS,
  NAME_NODE,
  type NameTable,
  NODE,
  NODE_WORDS,
  nameOf,
  nodeNamed,
} from '../../snapshot/names.js'
import type { Snapshot } from '../../snapshot/snapshot.js'
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
  /** Whether it gives the hints of a record that is the same for everybody but for them. */
  readonly hinted: boolean
}

type Tables = Pick<Snapshot, 'names' | 'answers' | 'hinted'>

const NO_STEERING = -1

/** Follows the name of a query for `type`. */
export function follow(tables: Tables, asked: Name, type: number): Trail {
  const { names: table } = tables
  const first = find(table, asked)
  if (first === undefined)
    return { kind: 'outside', zone: -1, lastZone: -1, at: undefined, aliases: [], steering: NO_STEERING, hinted: false }
  const zone = word(table, first.node, NODE.zone)
  const aliases: Name[] = []
  const to = (node: number, kind: NameKind, at: Name | undefined = nameOf(table, node)): Trail => ({
    kind,
    zone,
    lastZone: word(table, node, NODE.zone),
    at,
    aliases,
    steering: NO_STEERING,
    hinted: false,
  })
  const seen = new Set<string>()
  let name = asked
  let last = first.node
  for (let found: Start | undefined = first; found !== undefined; found = find(table, name)) {
    const { node, match } = found
    last = node
    // The parent's side of a cut owns its DS (RFC 4035 §3.1.4.1).
    const atCut = type === TYPE.DS && equalNames(name, nameOf(table, node))
    if (match === 'none') return { ...to(node, 'nxdomain'), at: undefined }
    if (isKind(table, node, CUT_NODE) && match !== 'wildcard' && !atCut) return to(node, 'delegation')
    const steered = match === 'below' ? NO_STEERING : steeringOf(table, node, TYPE.CNAME)
    if (steered !== NO_STEERING && type !== TYPE.ANY) return { ...to(node, 'steered'), steering: steered }
    const isAlias = match !== 'below' && word(table, node, NODE.link) !== LINK.none
    if (match !== 'below' && (!isAlias || type === TYPE.CNAME || type === TYPE.ANY)) {
      return { ...to(node, 'static'), ...answerAt(tables, node, type) }
    }
    if (seen.size === MAX_LINKS || seen.has(nameKey(name))) return to(first.node, 'endless')
    seen.add(nameKey(name))
    aliases.push(nameOf(table, node))
    if (isAlias && word(table, node, NODE.link) === LINK.outside) return to(node, 'alias')
    const target = dataOf(tables, node, isAlias ? TYPE.CNAME : TYPE.DNAME)
    const next = isAlias ? target : replaceSuffix(name, nameOf(table, node), target)
    if (next.length > MAX_NAME) return to(node, 'too-long')
    // Nobody follows the CNAME that a DNAME makes who asks for it.
    if (!isAlias && (type === TYPE.CNAME || type === TYPE.ANY)) return to(node, 'static')
    name = next
  }
  return to(last, 'alias')
}

const replaceSuffix = (name: Name, suffix: Name, by: Name): Name =>
  Uint8Array.from([...name.subarray(0, name.length - suffix.length), ...by])

/** The data of the lone record that a static set of a node holds, as it lies in its encoded answer: whole, if it leads into our zones. */
function dataOf({ names, answers }: Tables, node: number, type: number): Uint8Array {
  const [, answer] = entriesOf(names, node).find(([known]) => known === type)! // the caller knows that it is there
  const head = answer * ANSWER_WORDS
  const at = answers.heads[head + ANSWER.at]!
  return answers.bytes.slice(at + RECORD_HEAD, at + answers.heads[head + ANSWER.answerLength]!)
}

/** A pointer to the owner, type, class, TTL, length. */
const RECORD_HEAD = 12

/** How a node steers a type. */
function steeringOf(table: NameTable, node: number, type: number): number {
  const entry = entriesOf(table, node).find(([known, reference]) => known === type && reference < 0)
  return entry === undefined ? NO_STEERING : ~entry[1]
}

/** What a node has for a type. ANY: one of the static sets, or, where all is steered, the HINFO of RFC 8482. */
function answerAt(
  { names: table, answers, hinted }: Tables,
  node: number,
  type: number,
): Pick<Trail, 'kind' | 'steering' | 'hinted'> {
  const none = { steering: NO_STEERING, hinted: false } as const
  for (const [known, reference] of entriesOf(table, node)) {
    if (type === TYPE.ANY) return { kind: 'static', ...none }
    if (known !== type) continue
    if (reference < 0 && (type === TYPE.HTTPS || type === TYPE.SVCB)) {
      const [v4, v6] = [hinted.words[~reference + HINTED.v4]!, hinted.words[~reference + HINTED.v6]!]
      return { kind: 'steered', steering: v4 < 0 ? v6 : v4, hinted: true }
    }
    if (reference < 0) return { kind: 'steered', steering: ~reference, hinted: false }
    // The DS of a zone of ours may be there only to be denied in its parent's name.
    const count = answers.heads[reference * ANSWER_WORDS + ANSWER.answerCount]!
    return { kind: count > 0 ? 'static' : 'nodata', ...none }
  }
  return { kind: 'nodata', ...none }
}

interface Start {
  readonly node: number
  /** Below: the node is the cut or the DNAME above the name. None: it is its closest encloser. */
  readonly match: 'exact' | 'wildcard' | 'below' | 'none'
}

/** Undefined outside our zones. */
function find(table: NameTable, name: Name): Start | undefined {
  for (let suffix: Name | undefined = name; suffix !== undefined; suffix = parent(suffix)) {
    const node = nodeNamed(table, suffix)
    if (node === undefined) continue
    if (suffix.length === name.length) return { node, match: 'exact' }
    if (!isKind(table, node, NAME_NODE)) return { node, match: 'below' }
    const wildcard = word(table, node, NODE.wildcard)
    return wildcard === 0 ? { node, match: 'none' } : { node: wildcard - 1, match: 'wildcard' }
  }
  return undefined
}

const word = ({ nodes }: NameTable, node: number, at: number): number => nodes[node * NODE_WORDS + at]!

const isKind = (table: NameTable, node: number, kind: number): boolean => word(table, node, NODE.kind) === kind
