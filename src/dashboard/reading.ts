// What the API says at a path, for a view: read when it is first shown, and anew when something has happened.
import { useSignal } from '@preact/signals'
import { useCallback, useEffect } from 'preact/hooks'
import { addressOf, getAt, sentenceOf } from './api.js'
import type { Asked, PathOf, ReplyOf } from './operations.js'

export interface Reading<T> {
  /** Undefined until it has come. */
  readonly value: T | undefined
  /** Why it did not come, or is not the newest; empty while it is. */
  readonly complaint: string
  readonly again: () => void
}

/** @param when anything that changes when the path is to be read anew */
export function useReading<P extends PathOf<'GET'>>(
  what: P,
  asked: Asked<'GET', P>,
  when?: unknown,
): Reading<ReplyOf<'GET', P>> {
  type T = ReplyOf<'GET', P>
  const path = addressOf(what, asked)
  const read = useSignal<{ readonly path: string; readonly value: T } | undefined>(undefined)
  const complaint = useSignal('')
  const wanted = useSignal(path)
  wanted.value = path
  const again = useCallback(() => {
    getAt(path)
      .then(said => {
        // Somebody has gone elsewhere meanwhile.
        if (wanted.peek() !== path) return
        read.value = { path, value: said as T } // as in `call`
        complaint.value = ''
      })
      .catch((error: unknown) => {
        if (wanted.peek() === path) complaint.value = sentenceOf(error)
      })
  }, [path, read, complaint, wanted])
  useEffect(again, [again, when])
  return { value: read.value?.path === path ? read.value.value : undefined, complaint: complaint.value, again }
}
