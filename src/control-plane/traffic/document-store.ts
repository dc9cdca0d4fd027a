// The traffic document, wherever its text lies, and the files that it names: read through the gate, edited in turn, told of.

import { type Backing, type Content, contentOf, shortHash, type Text } from './backing.js'
import { compareLoaded, compareTexts } from './compare.js'
import type { Change } from './diff.js'
import type { CountSerial } from './document.js'
import { type Edit, EditError, editText } from './edit.js'
import { parseTraffic } from './parse.js'
import { formatPath } from './path.js'
import type { NewRevision } from './revisions.js'
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
import { WatchedTexts } from './watched-texts.js'
import { readYaml } from './yaml.js'
import { ZoneFiles } from './zone-files.js'

export interface DocumentStoreOptions {
  /** What could not be written down although it is in force. */
  readonly onProblem?: (sentence: string, error: unknown) => void
  /** What to begin with where what is there is no sound document: the last good one. */
  readonly fallback?: () => Text | undefined
}

/** Whoever edits the text itself; nobody tells who that was. */
const BY_HAND: Author = { actor: 'file' }
/** Whoever calls and does not say who it is. */
const UNKNOWN = 'unknown'
/** So often somebody else may be faster before it is told to whoever made the change. */
const MOST_TRIES = 10

/**
 * Reads what is there and watches it, and the files that it names with it.
 * @throws TrafficRefused where there is no sound document to begin with
 */
export async function openDocumentStore(backing: Backing, options: DocumentStoreOptions = {}): Promise<TrafficStore> {
  const files = filesOf(backing.base)
  const there = await backing.read()
  const read = load(there, backing.name, backing.serial(), files)
  const [first, outcome, refusal] = begun(there, read, () => {
    const fallback = options.fallback?.()
    return fallback && [fallback, load(fallback, backing.name, backing.serial(), files)]
  })
  if (refusal === undefined)
    await backing.begin(outcome.revision, before => foundAtStart(first.text, outcome.revision, before))

  let seen: Content = there
  let current: Loaded = outcome
  /** The text of `current`. */
  let currentText = first.text
  let refused: Refused | undefined = refusal
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
    const content = await backing.read()
    if (content.revision === seen.revision && !files.zones.changed() && !files.texts.changed()) return
    seen = content
    const outcome = load(content, backing.name, backing.serial(), files)
    if ('document' in outcome && 'text' in content) {
      // It is the truth already: what cannot be written down is told of, and served all the same.
      if (outcome.revision !== current.revision)
        await backing
          .found(newRevision(outcome, content.text, BY_HAND))
          .catch(error => options.onProblem?.(`revision ${outcome.revision} could not be kept`, error))
      await accept(outcome, content.text)
    } else if ('problems' in outcome) {
      refused = outcome
      for (const listener of refusedListeners) listener(outcome)
    }
  }
  const change = async (plan: Plan, options: EditOptions): Promise<Loaded> => {
    const { ifRevision, actor = UNKNOWN, reason, dryRun = false, guard } = options
    for (let tries = 1; ; tries++) {
      await look()
      // Where the document is lost, what is served is what it was.
      const base = 'text' in seen ? seen.text : seen.gone === true ? currentText : undefined
      if (base === undefined || (refused !== undefined && 'text' in seen))
        throw new EditRefused(refused?.problems ?? [])
      if (ifRevision !== undefined && ifRevision !== current.revision) throw new EditConflict(current.revision)
      const planned = plan(current)
      const content = contentOf(typeof planned === 'string' ? planned : edited(base, planned, backing.name))
      if (content.revision === seen.revision) return current
      const outcome = load(content, backing.name, backing.nextSerial(), dryRun ? filesOf(backing.base) : files)
      if ('problems' in outcome) throw new EditRefused(outcome.problems)
      if (dryRun) return outcome
      const overrode = guard?.(outcome) ?? []
      const author: Author = {
        actor,
        ...(reason === undefined ? {} : { reason }),
        ...(overrode.length === 0 ? {} : { overrode }),
      }
      const next = { ...newRevision(outcome, content.text, author), document: outcome.document }
      if (await backing.replace(next, seen)) {
        seen = content
        return accept(outcome, content.text)
      }
      if (tries === MOST_TRIES) throw new EditConflict(current.revision)
    }
  }

  const inTurn = queue()
  const stop = backing.watch(() => void inTurn(look))
  return {
    name: backing.name,
    revisions: backing.revisions,
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

/** What is there, or the last good one with why it is not what is there. @throws TrafficRefused */
function begun(
  content: Content,
  outcome: Loaded | Refused,
  fallback: () => readonly [Text, Loaded | Refused] | undefined,
): readonly [Text, Loaded, Refused | undefined] {
  if ('document' in outcome && 'text' in content) return [content, outcome, undefined]
  const refused = outcome as Refused // there is no text, or it is no document
  const [text, kept] = fallback() ?? []
  if (text === undefined || kept === undefined || 'problems' in kept) throw new TrafficRefused(refused.problems)
  return [text, kept, refused]
}

const filesOf = (path: string): NamedFiles => ({ zones: new ZoneFiles(path), texts: new WatchedTexts(path) })

/** What became of the document while no node was looking. */
const foundAtStart = (text: string, revision: string, before: string | undefined): NewRevision => ({
  ...BY_HAND,
  revision,
  text,
  ...(before === undefined
    ? { changes: [], note: 'the document as it was found' }
    : told(compareTexts(before, text), before === text)),
})

function told(changes: readonly Change[], sameText: boolean): Pick<NewRevision, 'changes' | 'note'> {
  if (changes.length > 0) return { changes }
  return { changes, note: sameText ? 'a zone file has changed' : 'comments, layout or order have changed' }
}

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
