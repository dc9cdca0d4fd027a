// The traffic document in a YAML file on this machine, and the files that it names: they are the truth, whoever edits them.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Edit, EditError, editText } from './edit.js'
import { parseTraffic } from './parse.js'
import { formatPath } from './path.js'
import type { Problem } from './problem.js'
import { EditConflict, EditRefused, type Loaded, type Refused, TrafficRefused, type TrafficStore } from './store.js'
import { watchFile } from './watch-file.js'
import { WatchedTexts } from './watched-texts.js'
import { replaceFile } from './write-file.js'
import { readYaml } from './yaml.js'
import { ZoneFiles } from './zone-files.js'

export interface FileStoreOptions {
  /** The SOA serial of zones that do not write one, asked for at every load; the epoch's seconds unless told. */
  readonly serial?: () => number
}

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
  const files: NamedFiles = { zones: new ZoneFiles(path), texts: new WatchedTexts(path) }
  const first = await readContent(path)
  const outcome = load(first, path, serial(), files)
  if ('problems' in outcome) throw new TrafficRefused(outcome.problems)

  let seen = first
  let current: Loaded = outcome
  let refused: Refused | undefined
  const changeListeners: ((loaded: Loaded) => void | Promise<void>)[] = []
  const refusedListeners: ((refused: Refused) => void)[] = []

  const accept = async (loaded: Loaded): Promise<Loaded> => {
    current = loaded
    refused = undefined
    for (const listener of changeListeners) await listener(loaded)
    return loaded
  }
  const look = async (): Promise<void> => {
    const content = await readContent(path)
    if (content.revision === seen.revision && !files.zones.changed() && !files.texts.changed()) return
    seen = content
    const outcome = load(content, path, serial(), files)
    if ('document' in outcome) await accept(outcome)
    else {
      refused = outcome
      for (const listener of refusedListeners) listener(outcome)
    }
  }
  const change = async (edits: readonly Edit[], ifRevision: string | undefined): Promise<Loaded> => {
    await look()
    if (refused !== undefined || !('text' in seen)) throw new EditRefused(refused?.problems ?? [])
    if (ifRevision !== undefined && ifRevision !== current.revision) throw new EditConflict(current.revision)
    const content = contentOf(edited(seen.text, edits, path))
    if (content.revision === seen.revision) return current
    const outcome = load(content, path, serial(), files)
    if ('problems' in outcome) throw new EditRefused(outcome.problems)
    await replaceFile(path, content.text)
    seen = content
    return accept(outcome)
  }

  const inTurn = queue()
  const stop = watchFile(path, () => void inTurn(look))
  return {
    name: path,
    current: () => current,
    refused: () => refused,
    edit: (edits, { ifRevision } = {}) => inTurn(() => change(edits, ifRevision)),
    reread: () => inTurn(look),
    onChange: listener => void changeListeners.push(listener),
    onRefused: listener => void refusedListeners.push(listener),
    close: stop,
  }
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

function load(content: Content, path: string, serial: number, { zones, texts }: NamedFiles): Loaded | Refused {
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
