// The text of the traffic document as somebody edits it: what it was made from, what is typed, and what the server makes of it.
import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useCallback } from 'preact/hooks'
import { type Conditions, call, get, getText, headersOf, sentenceOf, session } from './api.js'
import { status } from './live.js'
import { judge, PAUSE_MS, type Verdict } from './verdict.js'

/** The document that the text was made from. */
export interface Base {
  readonly number: number
  readonly revision: string
  readonly text: string
}

export interface DocumentDraft {
  readonly base: ReadonlySignal<Base | undefined>
  readonly text: Signal<string>
  readonly verdict: ReadonlySignal<Verdict>
  /** Why there is no text; empty where there is. */
  readonly complaint: ReadonlySignal<string>
  /** `dropping`: what was typed goes, as somebody has said. */
  readonly load: (dropping?: boolean) => Promise<void>
}

async function readBase(): Promise<Base> {
  const [newest] = (await get('/v1/revisions', { query: { limit: '1' } })).revisions
  if (newest === undefined) throw new Error('no revision of the document is kept, so that there is no text to edit')
  const { number, revision } = newest
  return { number, revision, text: await getText('/v1/revisions/{number}/text', { path: { number: String(number) } }) }
}

/** Puts a whole document in the place of the one in force. @throws as `call` */
export const putDocument = (text: string, conditions: Conditions, dryRun = false) =>
  call('PUT', '/v1/traffic', {
    query: dryRun ? { dryRun: 'true', simulation: 'false' } : {},
    header: headersOf(conditions),
    type: 'application/yaml',
    body: text,
  })

export function useDocumentDraft(): DocumentDraft {
  const base = useSignal<Base | undefined>(undefined)
  const text = useSignal('')
  const verdict = useSignal<Verdict>({ kind: 'same' })
  const complaint = useSignal('')
  const touched = useCallback(() => base.peek() !== undefined && text.peek() !== base.peek()?.text, [base, text])
  const load = useCallback(
    async (dropping = false) => {
      try {
        const read = await readBase()
        // Somebody may have begun to type meanwhile.
        if (touched() && !dropping) return
        base.value = read
        text.value = read.text
        complaint.value = ''
      } catch (error) {
        complaint.value = sentenceOf(error)
      }
    },
    [base, text, complaint, touched],
  )
  // What nobody has touched follows what is served.
  useSignalEffect(() => {
    const current = status.value?.document.revision
    if (current === undefined || current === base.peek()?.revision) return
    if (!touched()) void load()
  })
  useSignalEffect(() => {
    const typed = text.value
    // Who signs in again is told again.
    void session.value
    const { revision, text: was } = base.value ?? {}
    if (revision === undefined || typed === was) {
      verdict.value = { kind: 'same' }
      return
    }
    verdict.value = { kind: 'looking' }
    const timer = setTimeout(() => {
      void judge(putDocument(typed, { revision }, true)).then(found => {
        if (text.peek() === typed) verdict.value = found
      })
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  })
  return { base, text, verdict, complaint, load }
}
