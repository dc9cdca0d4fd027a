// The port to where the text of the document lies, below the gate: read it, replace it if nobody was faster, hear of changes.
import { createHash } from 'node:crypto'
import type { CountSerial, TrafficDocument } from './document.js'
import type { Problem } from './problem.js'
import type { NewRevision } from './revisions.js'
import type { PastRevisions } from './store.js'

/** What was read: a text with its revision, or why there is none. */
export type Content =
  | { readonly text: string; readonly revision: string }
  | {
      readonly problem: Problem
      readonly revision: string
      /** Nothing is there that an edit could overwrite unseen. */
      readonly gone?: boolean
    }

export type Text = Extract<Content, { readonly text: string }>

/** A document on its way into force. */
export interface Next extends NewRevision {
  readonly document: TrafficDocument
}

export interface Backing {
  /** What people call it. */
  readonly name: string
  /** The file that relative paths in the document start from; there need be none. */
  readonly base: string
  readonly revisions: PastRevisions | undefined
  /** The SOA serial of zones that do not write one, or how to count it, in the document that is there. */
  serial(): number | CountSerial
  /** The same in a document that is about to be written there. */
  nextSerial(): number | CountSerial
  /** @param known what was there: the same where nothing tells, at a glance, of its having changed */
  read(known?: Content): Promise<Content>
  /** To be called once, with the document that is there and what to note of it where that is still to be done. */
  begin(revision: string, found: (text: string | undefined) => NewRevision): Promise<void>
  /** It has come into force by somebody else's hand. */
  found(revision: NewRevision): Promise<void>
  /** So many revisions can be written together; one unless told. */
  readonly together?: number
  /**
   * Puts the last of them where `before` is, and writes down all, which follow one upon the other.
   * @returns false where that is not there any more, and nothing was done
   * @throws StoreAway
   */
  replace(next: readonly Next[], before: Content): Promise<boolean>
  /** Called soon after what is there may have changed. Returns what ends it. */
  watch(look: () => void): () => void
}

export const contentOf = (text: string): Text => ({ text, revision: shortHash(text) })

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)
