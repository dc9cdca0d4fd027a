// What the server makes of something that was written, told by the same gate that a save goes through.
import type { AppliedView, ProblemDocument } from '../control-plane/admin/api.js'
import { ApiError, sentenceOf } from './api.js'

export type Fault = NonNullable<ProblemDocument['errors']>[number]

export type Verdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'sound'; readonly applied: AppliedView }
  | { readonly kind: 'wrong'; readonly sentence: string; readonly faults: readonly Fault[] }

/** Time to finish a word, ms. */
export const PAUSE_MS = 500

/** @param dryRun asks what would come of it */
export async function judge(dryRun: Promise<AppliedView>): Promise<Verdict> {
  try {
    return { kind: 'sound', applied: await dryRun }
  } catch (error) {
    const faults = error instanceof ApiError ? (error.problem?.errors ?? []) : []
    const sentence = error instanceof ApiError ? (error.problem?.detail ?? error.message) : sentenceOf(error)
    return { kind: 'wrong', sentence, faults }
  }
}

type GoTo = (line: number, column: number) => void

/** @param hint is said while nothing is changed */
export function Told({
  verdict,
  hint,
  onGoTo,
}: {
  readonly verdict: Verdict
  readonly hint?: string
  readonly onGoTo?: GoTo
}) {
  if (verdict.kind === 'same') return <p class="quiet">Nothing is changed. {hint}</p>
  if (verdict.kind === 'looking') return <p class="quiet">Checking …</p>
  if (verdict.kind === 'sound') return <Differences applied={verdict.applied} />
  return (
    <>
      <p class="complaint">{verdict.sentence}</p>
      <Faults faults={verdict.faults} {...(onGoTo === undefined ? {} : { onGoTo })} />
    </>
  )
}

export function Differences({ applied: { changes } }: { readonly applied: AppliedView }) {
  if (changes.length === 0) return <p>Sound. Only comments, layout or order would change.</p>
  return (
    <>
      <p>Sound. This would change:</p>
      <ul class="changes">
        {changes.map(({ text }) => (
          <li key={text}>
            <code>{text}</code>
          </li>
        ))}
      </ul>
    </>
  )
}

export function Faults({ faults, onGoTo }: { readonly faults: readonly Fault[]; readonly onGoTo?: GoTo }) {
  return (
    <ul class="problems">
      {faults.map(({ path, message, at, suggestion }) => (
        <li key={`${path} ${message}`}>
          {at === undefined ? null : onGoTo === undefined ? (
            <code>
              {at.line}:{at.column}
            </code>
          ) : (
            <button type="button" class="plain" onClick={() => onGoTo(at.line, at.column)}>
              line {at.line}
            </button>
          )}{' '}
          <code>{path}</code> {message}
          {suggestion === undefined ? '' : ` (did you mean “${suggestion}”?)`}
        </li>
      ))}
    </ul>
  )
}
