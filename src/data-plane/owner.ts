// Whose the records are that come next: it changes along a chain of aliases, and in wildcards, denials and referrals.
import { HEADER_LENGTH } from '../dns/question.js'

/** The name that the next record set belongs to: where it lies in the message, and how long it is. */
export class Owner {
  at = HEADER_LENGTH
  length = 0
}
