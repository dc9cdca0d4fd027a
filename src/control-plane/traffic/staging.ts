// Changes that are made one after the other in memory, each on top of the one before, before any of them is written.
import { piecemeal } from '../threads/steps.js'
import { compareInSteps } from './compare.js'
import { type Edit, EditError } from './edit-value.js'
import { readLargeSheet } from './large-sheet.js'
import { type Held, type LoadOptions, loadSheet, namedFiles, revisionOf } from './loading.js'
import { formatPath } from './path.js'
import type { NewRevision } from './revisions.js'
import { editSheet, type Sheet } from './sheet.js'
import {
  type Author,
  EditConflict,
  type EditOptions,
  EditRefused,
  type Loaded,
  type Passage,
  type Plan,
} from './store.js'
import { told } from './told.js'

/** What somebody wants to change. */
export interface Wish {
  readonly plan: Plan
  readonly options: EditOptions
}

/** What becomes of a wish, if what it is on top of comes into force. */
export type Staged =
  | {
      readonly kind: 'made'
      readonly held: Held
      readonly revision: NewRevision
      readonly passage: Passage | undefined
    }
  /** It changes nothing, or only asks. */
  | { readonly kind: 'known'; readonly loaded: Loaded }
  | { readonly kind: 'refused'; readonly error: unknown }

export interface StageOptions extends LoadOptions {
  /** The file that relative paths in the document start from. */
  readonly base: string
}

/** Whoever calls and does not say who it is. */
const UNKNOWN = 'unknown'

/** One for each wish. Those that are refused, refuse nobody else. */
export async function stage(wishes: readonly Wish[], from: Held, options: StageOptions): Promise<readonly Staged[]> {
  let head = from
  const all: Staged[] = []
  for (const wish of wishes) {
    const staged = await stageOne(wish, head, options)
    if (staged.kind === 'made') head = staged.held
    all.push(staged)
  }
  return all
}

async function stageOne(wish: Wish, head: Held, options: StageOptions): Promise<Staged> {
  try {
    return await attempt(wish, head, options)
  } catch (error) {
    return { kind: 'refused', error }
  }
}

async function attempt({ plan, options: wish }: Wish, head: Held, options: StageOptions): Promise<Staged> {
  const { ifRevision, actor = UNKNOWN, reason, dryRun = false, guard } = wish
  const { revision } = head.loaded
  if (ifRevision !== undefined && ifRevision !== revision) throw new EditConflict(revision)
  const sheet = await planned(plan(head.loaded), head.sheet, options.name)
  const textRevision = revisionOf(sheet.text)
  if (textRevision === head.textRevision) return { kind: 'known', loaded: head.loaded }
  const files = dryRun ? namedFiles(options.base) : options.files
  const outcome = await loadSheet(sheet, textRevision, { ...options, files })
  if ('problems' in outcome) throw new EditRefused(outcome.problems)
  if (dryRun) return { kind: 'known', loaded: outcome.loaded }
  const passage = guard?.(outcome.loaded)
  const overrode = passage?.overrode ?? []
  const author: Author = {
    actor,
    ...(reason === undefined ? {} : { reason }),
    ...(overrode.length === 0 ? {} : { overrode }),
  }
  return { kind: 'made', held: outcome, revision: await newRevision(head, outcome, author), passage }
}

/** The next revision, told from the one before. */
export async function newRevision(before: Held, { loaded, sheet }: Held, author: Author): Promise<NewRevision> {
  const changes = await piecemeal(compareInSteps(before.loaded, loaded))
  return {
    ...author,
    revision: loaded.revision,
    text: sheet.text,
    ...told(changes, sheet.text === before.sheet.text),
  }
}

async function planned(plan: readonly Edit[] | string, sheet: Sheet, name: string): Promise<Sheet> {
  if (typeof plan !== 'string') return edited(sheet, plan, name)
  const read = await readLargeSheet(plan, name)
  if ('problems' in read) throw new EditRefused(read.problems)
  return read.sheet
}

function edited(sheet: Sheet, edits: readonly Edit[], name: string): Sheet {
  try {
    return editSheet(sheet, edits)
  } catch (error) {
    if (!(error instanceof EditError)) throw error
    const at = { file: name, line: 1, column: 1 }
    throw new EditRefused([{ path: formatPath(edits[0]?.path ?? []), message: error.message, at }])
  }
}
