// One thing of the traffic document as somebody edits it: what it was, what is written, what the server makes of it, and the way back.
import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useCallback } from 'preact/hooks'
import type { AppliedView, WrittenList } from '../control-plane/admin/api.js'
import { change, getTagged, sentenceOf, session } from './api.js'
import { refresh, status } from './live.js'
import { judge, PAUSE_MS, type Verdict } from './verdict.js'

interface Base {
  readonly revision: string
  /** Undefined where there is none yet. */
  readonly value: unknown
}

export interface Piece {
  /** `/v1/traffic/policies/api` */
  readonly path: string
  readonly base: ReadonlySignal<Base | undefined>
  /** Undefined where it is not to be there. */
  readonly draft: Signal<unknown>
  readonly verdict: ReadonlySignal<Verdict>
  readonly complaint: ReadonlySignal<string>
  /** Somebody else has changed the same thing meanwhile. */
  readonly outdated: ReadonlySignal<boolean>
  readonly load: (dropping?: boolean) => Promise<void>
}

/** Looked for among its like, since something new is not there yet. */
async function readBase(path: string): Promise<Base> {
  const [, list = '', name = ''] = /^(.*)\/([^/]*)$/.exec(path) ?? []
  const { revision, value } = await getTagged<WrittenList>(`${list}?limit=1000&match=${name}`)
  return { revision, value: value.entries.find(({ id }) => id === decodeURIComponent(name))?.value }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** @param fresh what something new begins as */
export function usePiece(path: string, fresh: unknown): Piece {
  const base = useSignal<Base | undefined>(undefined)
  const draft = useSignal<unknown>(undefined)
  const verdict = useSignal<Verdict>({ kind: 'same' })
  const complaint = useSignal('')
  const outdated = useSignal(false)
  const load = useCallback(
    async (dropping = false) => {
      try {
        const before = base.peek()
        const untouched = before === undefined || same(draft.peek(), before.value ?? fresh)
        const read = await readBase(path)
        complaint.value = ''
        // Other things of the document may change as they like.
        outdated.value = !dropping && before !== undefined && !untouched && !same(read.value, before.value)
        if (outdated.value) return
        base.value = read
        if (untouched || dropping) draft.value = read.value ?? fresh
      } catch (error) {
        complaint.value = sentenceOf(error)
      }
    },
    [path, base, draft, complaint, outdated],
  )
  useSignalEffect(() => {
    const current = status.value?.document.revision
    if (current !== undefined && current !== base.peek()?.revision) void load()
  })
  useSignalEffect(() => {
    const written = draft.value
    // Who signs in again is told again.
    void session.value
    const { revision, value: was } = base.value ?? {}
    if (revision === undefined || same(written, was)) {
      verdict.value = { kind: 'same' }
      return
    }
    verdict.value = { kind: 'looking' }
    const timer = setTimeout(() => {
      void judge(put(path, { value: written, revision, dryRun: true })).then(found => {
        if (draft.peek() === written) verdict.value = found
      })
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  })
  return { path, base, draft, verdict, complaint, outdated, load }
}

export interface PieceEdit {
  /** Undefined takes it away. */
  readonly value: unknown
  readonly revision?: string
  readonly reason?: string
  readonly overridden?: readonly string[]
  readonly dryRun?: boolean
}

/** @throws as `call` */
export const put = (path: string, { value, dryRun = false, ...conditions }: PieceEdit): Promise<AppliedView> =>
  change<AppliedView>(value === undefined ? 'DELETE' : 'PUT', dryRun ? `${path}?dryRun=true` : path, value, conditions)

/** Puts the thing back as it was, whatever else has changed since. */
export async function putBack(path: string, value: unknown, reason: string): Promise<void> {
  await put(path, { value, reason: `undo: ${reason}` })
  await refresh()
}
