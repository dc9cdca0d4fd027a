// One thing of the traffic document as somebody edits it: what it was, what is written, what the server makes of it, and the way back.
import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useCallback, useState } from 'preact/hooks'
import type { AppliedView } from '../control-plane/admin/api.js'
import { call, getTagged, headersOf, sentenceOf, session } from './api.js'
import { refresh, status } from './live.js'
import type { Asked } from './operations.js'
import { judge, PAUSE_MS, type Verdict } from './verdict.js'

interface Base {
  readonly revision: string
  /** Undefined where there is none yet. */
  readonly value: unknown
}

/** Where it stands in the document. */
export type PiecePlace =
  | { readonly section: Asked<'PUT', '/v1/traffic/{section}/{id}'>['path']['section']; readonly id: string }
  | { readonly zone: string; readonly name: string }

export interface Piece {
  readonly at: PiecePlace
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
async function readBase(place: PiecePlace): Promise<Base> {
  const name = 'zone' in place ? place.name : place.id
  const query = { limit: '1000', match: name }
  const { revision, value } =
    'zone' in place
      ? await getTagged('/v1/traffic/zones/{zone}/records', { path: { zone: place.zone }, query })
      : await getTagged('/v1/traffic/{section}', { path: { section: place.section }, query })
  return { revision, value: value.entries.find(({ id }) => id === name)?.value }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** @param fresh what something new begins as */
export function usePiece(place: PiecePlace, fresh: unknown): Piece {
  // The same place is the same object, whatever is drawn anew.
  const [at] = useState(place)
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
        const read = await readBase(at)
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
    [at, base, draft, complaint, outdated],
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
      void judge(put(at, { value: written, revision, dryRun: true })).then(found => {
        if (draft.peek() === written) verdict.value = found
      })
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  })
  return { at, base, draft, verdict, complaint, outdated, load }
}

export interface PieceEdit {
  /** Undefined takes it away. */
  readonly value: unknown
  readonly revision?: string
  readonly reason?: string
  readonly overridden?: readonly string[]
  readonly dryRun?: boolean
}

/** What is typed is whatever it is; the server judges it. */
type Things = Asked<'PUT', '/v1/traffic/{section}/{id}'>['body']

/** What is typed is judged over and over: no maps are made for it. */
const ONLY_LOOK = { dryRun: 'true', simulation: 'false' } as const

/** @throws as `call` */
export function put(at: PiecePlace, { value, dryRun = false, ...conditions }: PieceEdit): Promise<AppliedView> {
  const asked = { query: dryRun ? ONLY_LOOK : {}, header: headersOf(conditions) }
  if ('zone' in at) {
    const name = { path: at, ...asked }
    return value === undefined
      ? call('DELETE', '/v1/traffic/zones/{zone}/records/{name}', name)
      : call('PUT', '/v1/traffic/zones/{zone}/records/{name}', { ...name, body: value as Things })
  }
  const thing = { path: at, ...asked }
  return value === undefined
    ? call('DELETE', '/v1/traffic/{section}/{id}', thing)
    : call('PUT', '/v1/traffic/{section}/{id}', { ...thing, body: value as Things })
}

/** Puts the thing back as it was, whatever else has changed since. */
export async function putBack(at: PiecePlace, value: unknown, reason: string): Promise<void> {
  await put(at, { value, reason: `undo: ${reason}` })
  await refresh()
}
