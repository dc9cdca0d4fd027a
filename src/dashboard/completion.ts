// What may stand where the cursor is, by the schema of the document: keys with what they mean, and values where there are few. Pure.

/** As much of JSON Schema as our schemas are made of. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly title?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly if?: Schema
  readonly not?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly then?: Schema
  readonly else?: Schema
}

export interface Option {
  readonly text: string
  /** What it means, in a sentence; empty where nobody said. */
  readonly means: string
}

export interface Completion {
  /** Of what is typed already: how many characters before the cursor are replaced. */
  readonly typed: number
  readonly options: readonly Option[]
}

const NOTHING: Completion = { typed: 0, options: [] }
/** A place in a list. */
const ITEM = Symbol('item')
type Step = string | typeof ITEM

/** @param column of the cursor in its line, from 0 on */
export function completionsAt(schema: Schema, lines: readonly string[], row: number, column: number): Completion {
  const before = (lines[row] ?? '').slice(0, column)
  if (/(^|\s)#/.test(before)) return NOTHING
  const here = readLine(before)
  const path = [...parents(lines, row, here.entries), ...here.entries.map(({ step }) => step), ...here.flow]
  const schemas = path.reduce<readonly Schema[]>(
    (at, step) => at.flatMap(schema => below(schema, step)),
    variants(schema),
  )
  const all = here.wants === 'key' ? keysOf(schemas) : valuesOf(schemas)
  const typed = here.prefix.toLowerCase()
  const options = all.filter(({ text }) => text.toLowerCase().startsWith(typed))
  return { typed: here.prefix.length, options }
}

interface Entry {
  readonly column: number
  readonly step: Step
}

interface Line {
  /** Keys and dashes of the block style that the line begins with, up to what is being typed. */
  readonly entries: readonly Entry[]
  /** Steps within braces and brackets that are open at the cursor. */
  readonly flow: readonly Step[]
  readonly wants: 'key' | 'value'
  readonly prefix: string
}

const KEY = /^("[^"]*"|'[^']*'|[^\s"'{[#&*!|>%@,-][^\s:,{}[\]]*|@)\s*:(\s+|$)/

function readLine(text: string): Line {
  const entries: Entry[] = []
  let at = text.length - text.trimStart().length
  for (let dash = /^-\s+/.exec(text.slice(at)); dash !== null; dash = /^-\s+/.exec(text.slice(at))) {
    entries.push({ column: at, step: ITEM })
    at += dash[0].length
  }
  const key = KEY.exec(text.slice(at))
  if (key === null) {
    const rest = text.slice(at)
    if (/^[{[]/.test(rest)) return { entries, ...readFlow(rest) }
    // A value of a list may be a map as well: its first key is typed here.
    return { entries, flow: [], wants: 'key', prefix: rest }
  }
  entries.push({ column: at, step: unquoted(key[1]!) })
  const rest = text.slice(at + key[0].length)
  if (/^[{[]/.test(rest)) return { entries, ...readFlow(rest) }
  return { entries, flow: [], wants: 'value', prefix: rest }
}

/** What is open at the end of a flow collection of one line: `{ type: http, port` is within a map, at a key. */
function readFlow(text: string): Pick<Line, 'flow' | 'wants' | 'prefix'> {
  const open: { readonly kind: '{' | '['; key: string | undefined }[] = []
  let word = ''
  for (const token of text.match(/"[^"]*"?|'[^']*'?|[{}[\],]|:(?=\s|$)|\s+|[^\s{}[\],:"']+|:/g) ?? []) {
    const top = open.at(-1)
    if (token === '{' || token === '[') open.push({ kind: token, key: undefined })
    else if (token === '}' || token === ']') open.pop()
    else if (token === ',') {
      if (top !== undefined) top.key = undefined
    } else if (token === ':' && top?.kind === '{' && top.key === undefined) top.key = unquoted(word.trim())
    else {
      word += /^\s+$/.test(token) && word === '' ? '' : token
      continue
    }
    word = ''
  }
  const inner = open.at(-1)
  const outer = open.slice(0, -1).map(({ kind, key }): Step => (kind === '[' ? ITEM : (key ?? '')))
  if (inner === undefined) return { flow: [''], wants: 'value', prefix: '' }
  if (inner.kind === '[') return { flow: [...outer, ITEM], wants: 'value', prefix: word }
  if (inner.key === undefined) return { flow: outer, wants: 'key', prefix: word }
  return { flow: [...outer, inner.key], wants: 'value', prefix: word }
}

const unquoted = (key: string): string => key.replace(/^(["'])(.*)\1$/, '$2')

/** The keys and list items above that the line is inside of, outermost first. */
function parents(lines: readonly string[], row: number, own: readonly Entry[]): readonly Step[] {
  const path: Step[] = []
  const text = lines[row] ?? ''
  let column = own[0]?.column ?? text.length - text.trimStart().length
  let isItem = own[0]?.step === ITEM
  for (let i = row - 1; i >= 0 && (column > 0 || isItem); i--) {
    const line = lines[i] ?? ''
    if (/^\s*(#|$)/.test(line)) continue
    for (const entry of readLine(line).entries.toReversed()) {
      // The dashes of a list may stand right below its key.
      if (entry.column > column || (entry.column === column && !(isItem && entry.step !== ITEM))) continue
      path.unshift(entry.step)
      column = entry.column
      isItem = entry.step === ITEM
    }
  }
  return path
}

/** A schema with whatever it may be instead, or besides. */
function variants(schema: Schema): readonly Schema[] {
  const { anyOf = [], oneOf = [], allOf = [], then, else: other } = schema
  const more = [...anyOf, ...oneOf, ...allOf, ...(then ? [then] : []), ...(other ? [other] : [])]
  return [schema, ...more.flatMap(variants)]
}

function below(schema: Schema, step: Step): readonly Schema[] {
  if (step === ITEM) return schema.items === undefined ? [] : variants(schema.items)
  const { properties = {}, patternProperties = {}, additionalProperties } = schema
  const named = Object.hasOwn(properties, step) ? properties[step] : undefined
  if (named !== undefined) return variants(named)
  const matching = Object.entries(patternProperties).filter(([pattern]) => new RegExp(pattern, 'u').test(step))
  if (matching.length > 0) return matching.flatMap(([, schema]) => variants(schema))
  return typeof additionalProperties === 'object' ? variants(additionalProperties) : []
}

function keysOf(schemas: readonly Schema[]): readonly Option[] {
  const means = new Map<string, string>()
  for (const { properties = {} } of schemas)
    for (const [key, { description = '' }] of Object.entries(properties))
      if ((means.get(key) ?? '') === '') means.set(key, description)
  return [...means].map(([key, description]) => ({ text: `${key}: `, means: description }))
}

function valuesOf(schemas: readonly Schema[]): readonly Option[] {
  const means = new Map<string, string>()
  for (const { enum: listed = [], const: only, type, default: usual } of schemas) {
    const values = [...listed, ...(only === undefined ? [] : [only]), ...(type === 'boolean' ? [true, false] : [])]
    for (const value of values)
      if (typeof value !== 'object') means.set(String(value), value === usual ? 'unless told otherwise' : '')
  }
  return [...means].map(([text, words]) => ({ text, means: words }))
}
