// The traffic document, wherever its text lies, and the files that it names: read through the gate, edited in turn, told
// of. Edits that come while one is being written are made one after the other, and written together.
import { spanned } from '../trace/span.js'
import type { Backing, Content, Text } from './backing.js'
import { compareTexts } from './compare.js'
import { type Held, haveChanged, type LoadOptions, load, namedFiles } from './loading.js'
import { Remembered } from './remembered.js'
import type { NewRevision } from './revisions.js'
import { newRevision, type Staged, stage, type Wish } from './staging.js'
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
import { told } from './told.js'
import { turns } from './turns.js'

export interface DocumentStoreOptions {
  /** What could not be written down although it is in force. */
  readonly onProblem?: (sentence: string, error: unknown) => void
  /** What to begin with where what is there is no sound document: the last good one. */
  readonly fallback?: () => Text | undefined
  /** Called when edits are about to be made, and what it returns when they are: somebody waits for them. */
  readonly hasten?: (() => () => void) | undefined
}

/** Whoever edits the text itself; nobody tells who that was. */
const BY_HAND: Author = { actor: 'file' }
/** So often somebody else may be faster before it is told to whoever made the change. */
const MOST_TRIES = 10

/** A wish, and whoever waits for what becomes of it. */
interface Waiting extends Wish {
  readonly resolve: (loaded: Loaded) => void
  readonly reject: (error: unknown) => void
}

/**
 * Reads what is there and watches it, and the files that it names with it.
 * @throws TrafficRefused where there is no sound document to begin with
 */
export async function openDocumentStore(backing: Backing, options: DocumentStoreOptions = {}): Promise<TrafficStore> {
  const { name, base, together = 1 } = backing
  const files = namedFiles(base)
  const remembered = new Remembered()
  const now = (): LoadOptions => ({ name, serial: backing.serial(), files, remembered })
  const there = await backing.read()
  const read = await load(there, now())
  const [first, refusal] = await begun(read, async () => {
    const fallback = options.fallback?.()
    return fallback && load(fallback, now())
  })
  if (refusal === undefined) await backing.begin(first.loaded.revision, before => foundAtStart(first, before))

  let seen: Content = there
  let held = first
  let refused: Refused | undefined = refusal
  const changeListeners: ((loaded: Loaded) => void | Promise<void>)[] = []
  const refusedListeners: ((refused: Refused) => void)[] = []

  const accept = async (fresh: Held): Promise<void> => {
    held = fresh
    refused = undefined
    for (const listener of changeListeners) await listener(fresh.loaded)
  }
  let closed = false
  /** @param known where a glance will do */
  const look = async (known?: Content): Promise<void> => {
    const content = await backing.read(known)
    // What was still being read is another one's to find: two would write it down twice.
    if (closed) return
    if (content.revision === seen.revision && !haveChanged(files)) return
    seen = content
    const outcome = await load(content, now(), held)
    if (closed) return
    if ('problems' in outcome) {
      refused = outcome
      for (const listener of refusedListeners) listener(outcome)
      return
    }
    const { revision } = outcome.loaded
    // It is the truth already: what cannot be written down is told of, and served all the same.
    if (revision !== held.loaded.revision)
      await backing
        .found(await newRevision(held, outcome, BY_HAND))
        .catch(error => options.onProblem?.(`revision ${revision} could not be kept`, error))
    await accept(outcome)
  }
  /** Where the document is lost, what is served is what it was. @throws EditRefused */
  const editable = (): Held => {
    const lost = !('text' in seen) && seen.gone !== true
    if (lost || (refused !== undefined && 'text' in seen)) throw new EditRefused(refused?.problems ?? [])
    return { ...held, textRevision: seen.revision }
  }
  /** @returns false where somebody else was faster, and nothing was done */
  const write = async (staged: readonly Staged[]): Promise<boolean> => {
    const made = staged.filter(one => one.kind === 'made')
    const last = made.at(-1)?.held
    if (last === undefined) return true
    let done = false
    try {
      done = await backing.replace(
        made.map(({ held, revision }) => ({ ...revision, document: held.loaded.document })),
        seen,
      )
    } finally {
      // What was let pass last is taken back first.
      for (const { passage } of done ? made : made.toReversed()) passage?.settle(done)
    }
    if (done) seen = { text: last.sheet.text, revision: last.textRevision }
    return done
  }
  const attempt = async (wishes: readonly Wish[]): Promise<readonly Staged[]> => {
    for (let tries = 1; ; tries++) {
      await look(seen)
      const staged = await stage(wishes, editable(), { name, base, serial: backing.nextSerial(), files, remembered })
      if (await write(staged)) return staged
      if (tries === MOST_TRIES) throw new EditConflict(held.loaded.revision)
    }
  }
  const change = async (wishes: readonly Waiting[]): Promise<void> => {
    let staged: readonly Staged[]
    try {
      staged = await attempt(wishes)
    } catch (error) {
      // Each on its own: those that were judged by what did not come into force are judged again.
      if (wishes.length > 1) for (const wish of wishes) await change([wish])
      else wishes[0]?.reject(error)
      return
    }
    try {
      const last = staged.findLast(one => one.kind === 'made')
      if (last !== undefined) await accept(last.held)
      for (const [i, one] of staged.entries()) conclude(wishes[i]!, one)
    } catch (error) {
      for (const { reject } of wishes) reject(error)
    }
  }

  const inTurn = turns()
  let waiting: Waiting[] = []
  const inLine = (plan: Plan, wished: EditOptions): Promise<Loaded> =>
    new Promise((resolve, reject) => {
      waiting.push({ plan, options: wished, resolve, reject })
      void inTurn(async () => {
        const [now, later] = [waiting.slice(0, together), waiting.slice(together)]
        waiting = later
        // Those that came before may have taken this one along.
        if (now.length === 0) return
        const calm = options.hasten?.()
        await change(now).finally(calm)
      })
    })
  const wish = (plan: Plan, wished: EditOptions = {}): Promise<Loaded> => {
    const { actor = 'nobody', dryRun = false } = wished
    return spanned({ name: 'change', alone: true, attributes: { actor, dry_run: dryRun } }, async attributes => {
      const loaded = await inLine(plan, wished)
      attributes['revision'] = loaded.revision
      return loaded
    })
  }
  const stop = backing.watch(() => void inTurn(() => look()))
  return {
    name,
    revisions: backing.revisions,
    current: () => held.loaded,
    refused: () => refused,
    edit: (edits, options) => wish(typeof edits === 'function' ? edits : () => edits, options),
    replace: (text, options) => wish(() => text, options),
    reread: () => inTurn(() => look()),
    onChange: listener => void changeListeners.push(listener),
    onRefused: listener => void refusedListeners.push(listener),
    close() {
      closed = true
      stop()
    },
  }
}

function conclude({ resolve, reject }: Waiting, staged: Staged): void {
  if (staged.kind === 'refused') reject(staged.error)
  else resolve(staged.kind === 'made' ? staged.held.loaded : staged.loaded)
}

/** What is there, or the last good one with why it is not what is there. @throws TrafficRefused */
async function begun(
  outcome: Held | Refused,
  fallback: () => Promise<Held | Refused | undefined>,
): Promise<readonly [Held, Refused | undefined]> {
  if ('loaded' in outcome) return [outcome, undefined]
  const kept = await fallback()
  if (kept === undefined || 'problems' in kept) throw new TrafficRefused(outcome.problems)
  return [kept, outcome]
}

/** What became of the document while no node was looking. */
const foundAtStart = ({ loaded: { revision }, sheet: { text } }: Held, before: string | undefined): NewRevision => ({
  ...BY_HAND,
  revision,
  text,
  ...(before === undefined
    ? { changes: [], note: 'the document as it was found' }
    : told(compareTexts(before, text), before === text)),
})
