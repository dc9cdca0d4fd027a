// The traffic document in a YAML file on this machine, and the files that it names: they are the truth, whoever edits them.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { compareLoaded, compareTexts } from './compare.js'
import type { Change } from './diff.js'
import type { CountSerial } from './document.js'
import { type Edit, EditError, editText } from './edit.js'
import { parseTraffic } from './parse.js'
import { formatPath } from './path.js'
import type { Problem } from './problem.js'
import type { NewRevision, Revisions } from './revisions.js'
import {
  type Author,
  EditConflict,
  type EditOptions,
  EditRefused,
  type Loaded,
  type Plan,
  type Refused,
  TrafficRefused,
  type TrafficStore,
} from './store.js'
import { watchFile } from './watch-file.js'
import { WatchedTexts } from './watched-texts.js'
import { replaceFile } from './write-file.js'
import { readYaml } from './yaml.js'
import { ZoneFiles } from './zone-files.js'

export interface FileStoreOptions {
  /** The SOA serial of zones that do not write one, or how to count it, asked for at every load; the epoch's seconds unless told. */
  readonly serial?: () => number | CountSerial
  /** Where each document that comes into force is written down. */
  readonly revisions?: Revisions
  /** What could not be written down although it is in force. */
  readonly onProblem?: (sentence: string, error: unknown) => void
}

/** Whoever edits the file itself; the system does not tell who that was. */
const BY_HAND: Author = { actor: 'file' }
/** Whoever calls and does not say who it is. */
const UNKNOWN = 'unknown'

/** What was read of the document itself: a text with its revision, or why there is none. */
type Content =
  | { readonly text: string; readonly revision: string }
  | { readonly problem: Problem; readonly revision: string }

/**
 * Reads the file and watches it, and the files that it names with it.
 * @throws TrafficRefused where it is no sound document
 */
export async function openFileStore(path: string, options: FileStoreOptions = {}): Promise<TrafficStore> {
  const serial = options.serial ?? (() => Math.floor(Date.now() / 1000))
  const { revisions } = options
  const files = filesOf(path)
  const first = await readContent(path)
  const outcome = load(first, path, serial(), files)
  if ('problems' in outcome || !('text' in first))
    throw new TrafficRefused('problems' in outcome ? outcome.problems : [])
  await revisions?.begin(outcome.revision, await firstFound(revisions, first.text, outcome.revision))

  let seen: Content = first
  let current: Loaded = outcome
  /** The text of `current`. */
  let currentText = first.text
  let refused: Refused | undefined
  const changeListeners: ((loaded: Loaded) => void | Promise<void>)[] = []
  const refusedListeners: ((refused: Refused) => void)[] = []

  const accept = async (loaded: Loaded, text: string): Promise<Loaded> => {
    current = loaded
    currentText = text
    refused = undefined
    for (const listener of changeListeners) await listener(loaded)
    return loaded
  }
  const newRevision = (loaded: Loaded, text: string, author: Author): NewRevision => ({
    ...author,
    revision: loaded.revision,
    text,
    ...told(compareLoaded(current, loaded), text === currentText),
  })
  const look = async (): Promise<void> => {
    const content = await readContent(path)
    if (content.revision === seen.revision && !files.zones.changed() && !files.texts.changed()) return
    seen = content
    const outcome = load(content, path, serial(), files)
    if ('document' in outcome && 'text' in content) {
      // It is the truth already: what cannot be written down is told of, and served all the same.
      if (outcome.revision !== current.revision)
        await revisions
          ?.record(newRevision(outcome, content.text, BY_HAND))
          .catch(error => options.onProblem?.(`revision ${outcome.revision} could not be kept`, error))
      await accept(outcome, content.text)
    } else if ('problems' in outcome) {
      refused = outcome
      for (const listener of refusedListeners) listener(outcome)
    }
  }
  const change = async (plan: Plan, options: EditOptions): Promise<Loaded> => {
    const { ifRevision, actor = UNKNOWN, reason, dryRun = false, guard } = options
    await look()
    if (refused !== undefined || !('text' in seen)) throw new EditRefused(refused?.problems ?? [])
    if (ifRevision !== undefined && ifRevision !== current.revision) throw new EditConflict(current.revision)
    const planned = plan(current)
    const content = contentOf(typeof planned === 'string' ? planned : edited(seen.text, planned, path))
    if (content.revision === seen.revision) return current
    const outcome = load(content, path, serial(), dryRun ? filesOf(path) : files)
    if ('problems' in outcome) throw new EditRefused(outcome.problems)
    if (dryRun) return outcome
    const overrode = guard?.(outcome) ?? []
    const author: Author = {
      actor,
      ...(reason === undefined ? {} : { reason }),
      ...(overrode.length === 0 ? {} : { overrode }),
    }
    // Written down first: after a crash there is never a document in force that nobody answers for.
    await revisions?.intend(newRevision(outcome, content.text, author))
    try {
      await replaceFile(path, content.text)
    } catch (error) {
      await revisions?.abandon()
      throw error
    }
    seen = content
    await revisions?.confirm()
    return accept(outcome, content.text)
  }

  const inTurn = queue()
  const stop = watchFile(path, () => void inTurn(look))
  return {
    name: path,
    revisions,
    current: () => current,
    refused: () => refused,
    edit: (edits, options = {}) => inTurn(() => change(typeof edits === 'function' ? edits : () => edits, options)),
    replace: (text, options = {}) => inTurn(() => change(() => text, options)),
    reread: () => inTurn(look),
    onChange: listener => void changeListeners.push(listener),
    onRefused: listener => void refusedListeners.push(listener),
    close: stop,
  }
}

const filesOf = (path: string): NamedFiles => ({ zones: new ZoneFiles(path), texts: new WatchedTexts(path) })

/** What became of the document while no node was looking. */
async function firstFound(
  revisions: Revisions | undefined,
  text: string,
  revision: string,
): Promise<() => NewRevision> {
  const latest = revisions?.latest()
  const before = latest === undefined ? undefined : await revisions?.text(latest.number)
  return () => ({
    ...BY_HAND,
    revision,
    text,
    ...(before === undefined
      ? { changes: [], note: 'the document as it was found' }
      : told(compareTexts(before, text), before === text)),
  })
}

function told(changes: readonly Change[], sameText: boolean): Pick<NewRevision, 'changes' | 'note'> {
  if (changes.length > 0) return { changes }
  return { changes, note: sameText ? 'a zone file has changed' : 'comments, layout or order have changed' }
}

async function readContent(path: string): Promise<Content> {
  try {
    return contentOf(await readFile(path, 'utf8'))
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException // what readFile rejects with
    const message = code === 'ENOENT' ? 'the file is gone' : `the file cannot be read (${code})`
    return { problem: { path: '', message, at: { file: path, line: 1, column: 1 } }, revision: code }
  }
}

const contentOf = (text: string) => ({
  text,
  revision: shortHash(text),
})

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)

/** The files that the document names. */
interface NamedFiles {
  readonly zones: ZoneFiles
  readonly texts: WatchedTexts
}

function load(
  content: Content,
  path: string,
  serial: number | CountSerial,
  { zones, texts }: NamedFiles,
): Loaded | Refused {
  const now = Date.now()
  if ('problem' in content) return { problems: [content.problem], at: now }
  const { value, locate, problems } = readYaml(content.text, path)
  if (problems.length > 0) return { problems, at: now }
  const parsed = parseTraffic(value, { serial, locate, readZone: zones.read, readText: texts.read })
  zones.settle()
  texts.settle()
  if ('problems' in parsed) return { problems: parsed.problems, at: now }
  const { document, warnings } = parsed
  const digest = [zones.digest(), texts.digest()].filter(text => text !== '').join(' ')
  const revision = digest === '' ? content.revision : shortHash(`${content.revision} ${digest}`)
  return { document, warnings, written: value, revision, loadedAt: now }
}

function edited(text: string, edits: readonly Edit[], path: string): string {
  try {
    return editText(text, edits)
  } catch (error) {
    if (!(error instanceof EditError)) throw error
    throw new EditRefused([
      { path: formatPath(edits[0]?.path ?? []), message: error.message, at: { file: path, line: 1, column: 1 } },
    ])
  }
}

/** Runs tasks one after the other; one that fails fails alone. */
function queue(): <T>(task: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve()
  return task => {
    const run = tail.then(task)
    tail = run.catch(() => undefined)
    return run
  }
}
