// Revisions of the document as entity tags (RFC 9110 §8.8.3, §13.1.1).
import { ApiProblem } from './problems.js'

export const entityTag = (revision: string): string => `"${revision}"`

/**
 * The revision that a change is only to be made to; undefined where any will do.
 * @param current the present revision, which is what counts where the header lists several
 * @throws ApiProblem where the header is no list of entity tags
 */
export function requiredRevision(ifMatch: string | undefined, current: string): string | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  if (!/^\s*(W\/)?"[^"]*"(\s*,\s*(W\/)?"[^"]*")*\s*$/.test(ifMatch))
    throw new ApiProblem('request-invalid', `If-Match is not a revision in quotes, such as ${entityTag(current)}`)
  // RFC 9110 §13.1.1: the comparison is a strong one, so that a weak tag matches nothing.
  const tags = [...ifMatch.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, tag]) => (weak === undefined ? [tag] : []))
  return tags.includes(current) ? current : (tags[0] ?? '')
}
