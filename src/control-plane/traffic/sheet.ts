// A YAML text that was read: its tree and its value belong to it, so that whoever changes it need not read it again.
import { isDeepStrictEqual } from 'node:util'
import { type Edit, EditError, isMap, refine, withEdit } from './edit-value.js'
import type { Locate, Place } from './finding.js'
import { patch } from './patch.js'
import { type Splice, spliced } from './patch-text.js'
import type { Problem } from './problem.js'
import { regrow, standsAlone } from './regrow.js'
import { valueAt } from './value-at.js'
import { readYaml, rewrite } from './yaml.js'
import { offsetOf, plainValue, type YamlNode } from './yaml-tree.js'

export interface Sheet {
  readonly text: string
  /** Undefined where the text is empty, or nothing but comments. */
  readonly root: YamlNode | undefined
  /** An empty text is an empty map to whoever edits it. */
  readonly value: unknown
  /** Whether lines of it can be read without the others. */
  readonly divisible: boolean
}

/** Reads a text; `file` is what problems call it. Never throws. */
export function readSheet(
  text: string,
  file: string,
): { readonly sheet: Sheet } | { readonly problems: readonly Problem[] } {
  const { root, value, anchored, problems } = readYaml(text, file)
  return problems.length > 0 ? { problems } : { sheet: sheetOf(text, root, value, anchored) }
}

/** @param anchored see YamlText */
export const sheetOf = (text: string, root: YamlNode | undefined, value: unknown, anchored: boolean): Sheet => ({
  text,
  root,
  value,
  divisible: !anchored && standsAlone(text),
})

/**
 * The sheet after the edits, one after the other. What cannot be patched in place is written anew by the YAML library,
 * which keeps comments but not columns. Of the value, what did not change is the same as before.
 * @throws EditError where a path leads nowhere
 */
export function editSheet(sheet: Sheet, edits: readonly Edit[]): Sheet {
  return edits.reduce((before, { path, value: written }) => {
    const value = editedValue(before)
    const copy = asJson(written)
    const wanted = withEdit(value, { path, value: copy })
    const [first, ...others] = refine(value, wanted, [])
    if (first === undefined) return before
    // One value in place of another, with nothing beside it that has to stay the same thing: that is what is wanted already.
    if (others.length === 0 && (first.path.length === path.length || isFlat(copy)))
      return editOne(before, first, wanted)
    return [first, ...others].reduce((sheet, edit) => editOne(sheet, edit, withEdit(editedValue(sheet), edit)), before)
  }, sheet)
}

const isFlat = (value: unknown): boolean =>
  isMap(value) && Object.values(value).every(item => typeof item !== 'object' || item === null)

/** Where the parts of a sheet stand. */
export function placesOf({ text, root }: Sheet, file: string): Locate {
  const placeOf = placesIn(text, file)
  return (path, part = 'value') => placeOf(root === undefined ? 0 : offsetOf(root, path, part))
}

/** Line and column of an offset. */
export function placesIn(text: string, file: string): (offset: number) => Place {
  let starts: readonly number[] | undefined
  return offset => {
    starts ??= [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
    const line = Math.max(1, starts.findLastIndex(start => start <= offset) + 1)
    return { file, line, column: offset - starts[line - 1]! + 1 }
  }
}

const editedValue = ({ root, value }: Sheet): unknown => (root === undefined ? {} : value)

/** A plain copy: no other prototypes, no `undefined` inside, no `-0`, which would read back as something else. */
const asJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

/** @param intended what the edit makes of the value */
function editOne(sheet: Sheet, edit: Edit, intended: unknown): Sheet {
  const { text, root } = sheet
  const splice = patch(text, root, edit)
  const patched = splice && (inPart(sheet, splice, edit, intended) ?? inWhole(spliced(text, splice), intended))
  const anew = patched ?? inWhole(rewrite(text, edit.path, edit.value), intended)
  // Both change every use of an anchor where only one was meant.
  if (anew === undefined) throw new EditError('the value is shared by an anchor; write it out by hand first')
  return anew
}

/** The sheet with the text, where it says what is intended. */
function inWhole(text: string, intended: unknown): Sheet | undefined {
  const read = readSheet(text, '')
  if ('problems' in read || !isDeepStrictEqual(editedValue(read.sheet), intended)) return undefined
  return { ...read.sheet, value: intended }
}

/** The same, of which only the lines around the splice are read. Undefined also where that cannot be done. */
function inPart(
  { text, root, divisible }: Sheet,
  splice: Splice,
  { path }: Edit,
  intended: unknown,
): Sheet | undefined {
  if (!divisible || root === undefined) return undefined
  const after = spliced(text, splice)
  const grown = regrow(root, { before: text, after, splice })
  if (grown === undefined) return undefined
  // What is meant must be meant here, and all that is here must be what is meant.
  const here = new Set([...grown.before, ...grown.after].map(({ key }) => key))
  const isHere = grown.path.every((step, i) => String(path[i]) === step) && here.has(String(path[grown.path.length]))
  if (!isHere || path.length <= grown.path.length) return undefined
  const wanted = valueAt(intended, grown.path)
  const got = new Map(grown.after.map(({ key, value }) => [key, plainValue(value)]))
  const fits = [...here].every(key => isDeepStrictEqual(got.get(key), valueAt(wanted, [key])))
  return fits ? { text: after, root: grown.root, value: intended, divisible } : undefined
}
