// YAML 1.2 text: to a value with places, and back. The only file that knows the YAML library.
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, stringify } from 'yaml'
import type { Locate, Place } from './finding.js'
import type { Path } from './path.js'
import type { Problem } from './problem.js'
import { AliasError, listNode, mapNode, offsetOf, plainValue, type YamlNode } from './yaml-tree.js'

export interface ReadYaml {
  readonly root: YamlNode | undefined
  readonly value: unknown
  /** See YamlText. */
  readonly anchored: boolean
  readonly locate: Locate
  readonly problems: readonly Problem[]
}

export interface YamlText {
  /** Undefined where the text is empty, or nothing but comments. */
  readonly root: YamlNode | undefined
  readonly faults: readonly { readonly message: string; readonly offset: number }[]
  /** Whether it has anchors or aliases, so that one part of it may be what another part says. */
  readonly anchored: boolean
  /** Line and column, from 1 on. */
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number }
}

/** Reads a text into a value and the places of its parts; `file` is what problems call it. Never throws. */
export function readYaml(text: string, file: string): ReadYaml {
  const { root, anchored, place, problems } = readYamlTree(text, file)
  const locate: Locate = (path, part = 'value') => place(root === undefined ? 0 : offsetOf(root, path, part))
  if (problems.length > 0 || root === undefined) return { root, value: null, anchored, locate, problems }
  try {
    return { root, value: plainValue(root), anchored, locate, problems }
  } catch (error) {
    if (!(error instanceof AliasError)) throw error
    const problem = { path: '', message: error.message, at: place(error.offset) }
    return { root, value: null, anchored, locate, problems: [problem] }
  }
}

/** The tree alone, with the problems that the text has whatever it says. */
export function readYamlTree(
  text: string,
  file: string,
): Pick<ReadYaml, 'root' | 'anchored' | 'problems'> & { readonly place: (offset: number) => Place } {
  const { root, faults, anchored, placeOf } = parseYaml(text)
  const place = (offset: number): Place => ({ file, ...placeOf(offset) })
  const problems = faults.map(({ message, offset }) => ({ path: '', message, at: place(offset) }))
  return { root, anchored, place, problems }
}

/** Reads a text into a tree with offsets. Never throws. */
export function parseYaml(text: string): YamlText {
  const lines = new LineCounter()
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  try {
    const document = parse(text, lines)
    const faults = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
      message: SAID_BETTER[code] ?? message,
      offset: pos[0],
    }))
    const { root, anchored } =
      document.contents === null ? { root: undefined, anchored: false } : toTree(document.contents, faults)
    return { root, faults: firstOfEachLine(faults, offset => placeOf(offset).line), anchored, placeOf }
  } catch (error) {
    // The library recurses; thousands of nested brackets exhaust the stack.
    if (!(error instanceof RangeError)) throw error
    return { root: undefined, faults: [{ message: 'nested too deeply', offset: 0 }], anchored: false, placeOf }
  }
}

/** A syntax error draws others after it, which say nothing new. */
function firstOfEachLine(faults: Faults, lineOf: (offset: number) => number): YamlText['faults'] {
  const lines = new Set<number>()
  return faults
    .toSorted((a, b) => a.offset - b.offset)
    .filter(({ offset }) => !lines.has(lineOf(offset)) && lines.add(lineOf(offset)))
}

const ASTERISK = 'an asterisk begins an alias; where a wildcard is meant, quote it: "*"'

const SAID_BETTER: Partial<Record<string, string>> = {
  BAD_ALIAS: ASTERISK,
  MULTIPLE_DOCS: 'a second document begins here; there can be only one in a file',
}

// Keys are compared here and not by the library, to which 1 and "1" are two keys, 10 and 010 the same.
const parse = (text: string, lines?: LineCounter): Document.Parsed =>
  parseDocument(text, {
    prettyErrors: false,
    uniqueKeys: false,
    ...(lines === undefined ? {} : { lineCounter: lines }),
  })

type Faults = { message: string; offset: number }[]

function toTree(contents: Node, faults: Faults): { readonly root: YamlNode; readonly anchored: boolean } {
  let anchored = false
  const anchors = new Map<string, YamlNode>()
  // An alias within its own anchor is resolved after the anchor's tree is done; see AliasError.
  const open = new Map<string, YamlNode>()
  const build = (node: Node | null | undefined, fallback: number): YamlNode => {
    if (node === null || node === undefined) return { kind: 'scalar', value: null, start: fallback, end: fallback }
    const [start, end] = node.range ?? [fallback, fallback]
    anchored ||= isAlias(node) || node.anchor !== undefined
    if (isAlias(node)) return { kind: 'alias', start, end, target: anchors.get(node.source) ?? open.get(node.source) }
    if (node.anchor !== undefined) open.set(node.anchor, { kind: 'scalar', value: null, start, end })
    const tree = branch(node, start, end)
    if (node.anchor !== undefined) anchors.set(node.anchor, tree)
    return tree
  }
  const branch = (node: Exclude<Node, { source: string; resolve: unknown }>, start: number, end: number): YamlNode => {
    if (isSeq(node))
      return listNode(
        node.flow === true,
        start,
        end,
        node.items.map(item => build(item as Node, start)),
      )
    if (isMap(node)) {
      const seen = new Set<string>()
      const pairs = node.items.map(({ key: written, value }) => {
        const [keyStart, keyEnd] = (written as Node | null)?.range ?? [start, start] // a key that was parsed is a node
        const key = keyText(written, keyStart, faults)
        if (seen.has(key)) faults.push({ message: `the key "${key}" is already there`, offset: keyStart })
        seen.add(key)
        return { key, keyStart, keyEnd, value: build(value as Node | null, keyEnd) }
      })
      return mapNode(node.flow === true, start, end, pairs)
    }
    return { kind: 'scalar', start, end, value: isScalar(node) ? node.value : null }
  }
  return { root: build(contents, 0), anchored }
}

/** Keys are text, as they are written: the owner `1.10` of a reverse zone must not become the number 1.1. */
function keyText(key: unknown, offset: number, faults: Faults): string {
  if (isScalar(key)) return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
  faults.push({ message: isAlias(key) ? ASTERISK : 'a key must be plain text', offset })
  return ''
}

/** One scalar as it can stand anywhere, also between brackets, with quotes where it needs them. */
export function scalarText(value: string | number | boolean | null): string {
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must be escaped
  if (typeof value === 'string' && /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(value))
    return JSON.stringify(value)
  return stringify([value], { collectionStyle: 'flow', lineWidth: 0 }).trim().slice(1, -1).trim()
}

/** The text anew after one change at a path: the value is right, comments are kept, the layout may not be. */
export function rewrite(text: string, path: Path, value: unknown): string {
  // To the library the CR of a comment's line is part of the comment.
  const document = parse(text.replaceAll('\r\n', '\n'))
  if (value === undefined) document.deleteIn(path)
  else if (path.length === 0)
    document.contents = document.createNode(value) as Document.Parsed['contents'] // it accepts any node
  else document.setIn(path, value)
  const anew = document.toString({ lineWidth: 0 })
  return text.includes('\r\n') ? anew.replaceAll('\n', '\r\n') : anew
}
