// From a text, or a sheet that was edited, through the gate to a document, with the files that it names.
import { piecemeal } from '../threads/steps.js'
import { type Content, contentOf, shortHash } from './backing.js'
import type { CountSerial } from './document.js'
import { readLargeSheet } from './large-sheet.js'
import { parseInSteps } from './parse.js'
import type { Remembered } from './remembered.js'
import { placesOf, type Sheet } from './sheet.js'
import type { Loaded, Refused } from './store.js'
import { WatchedTexts } from './watched-texts.js'
import { ZoneFiles } from './zone-files.js'

/** A document, and the sheet that says it. */
export interface Held {
  readonly loaded: Loaded
  readonly sheet: Sheet
  /** Of the text alone; that of the document counts the files that it names as well. */
  readonly textRevision: string
}

/** The files that a document names. */
export interface NamedFiles {
  readonly zones: ZoneFiles
  readonly texts: WatchedTexts
}

/** @param path of the document, which relative paths start from */
export const namedFiles = (path: string): NamedFiles => ({ zones: new ZoneFiles(path), texts: new WatchedTexts(path) })

export const haveChanged = ({ zones, texts }: NamedFiles): boolean => zones.changed() || texts.changed()

export interface LoadOptions {
  /** What people call the document. */
  readonly name: string
  readonly serial: number | CountSerial
  readonly files: NamedFiles
  readonly remembered: Remembered
}

/** @param known what was held before: where the text is the same, it is not read again */
export async function load(content: Content, options: LoadOptions, known?: Held): Promise<Held | Refused> {
  if ('problem' in content) return { problems: [content.problem], at: Date.now() }
  if (known?.sheet.text === content.text) return loadSheet(known.sheet, content.revision, options)
  const read = await readLargeSheet(content.text, options.name)
  if ('problems' in read) return { problems: read.problems, at: Date.now() }
  return loadSheet(read.sheet, content.revision, options)
}

/** What takes long is done a few ms at a time, or in a thread; what does not, before this returns. */
export async function loadSheet(
  sheet: Sheet,
  textRevision: string,
  { name, serial, files: { zones, texts }, remembered }: LoadOptions,
): Promise<Held | Refused> {
  const now = Date.now()
  const locate = placesOf(sheet, name)
  await zones.readLarge(sheet.value)
  const parsed = await piecemeal(
    parseInSteps(sheet.value, { serial, locate, readZone: zones.read, readText: texts.read, remembered }),
  )
  zones.settle()
  texts.settle()
  if ('problems' in parsed) return { problems: parsed.problems, at: now }
  const { document, warnings } = parsed
  const digest = [zones.digest(), texts.digest()].filter(text => text !== '').join(' ')
  const revision = digest === '' ? textRevision : shortHash(`${textRevision} ${digest}`)
  return { loaded: { document, warnings, written: sheet.value, revision, loadedAt: now }, sheet, textRevision }
}

export const revisionOf = (text: string): string => contentOf(text).revision
