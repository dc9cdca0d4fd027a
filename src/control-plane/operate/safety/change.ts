// What rules about a change look at, and what they find. Types only.
import type { SafetyRule } from '../../traffic/document/safety.js'
import type { Circumstances, RuleOf } from './scene.js'
import type { Touched } from './touched.js'

export interface Change {
  readonly touched: Touched
  readonly circumstances: Circumstances
  /** The regions of the document after the change, and before it: what rules are about is found by id and tag. */
  readonly regions: readonly { readonly id: string; readonly tags?: readonly string[] | undefined }[]
}

/** Sentences without their full stop. */
export interface Finding {
  readonly words: string
  readonly remedy: string
}

/** A rule about what is done, whatever it leads to; undefined where it has nothing against it. */
export type Objection<K extends SafetyRule['kind']> = (rule: RuleOf<K>, change: Change) => Finding | undefined
