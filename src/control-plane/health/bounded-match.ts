// A regular expression against what a far server sent, with an end to its time: one that runs wild on such a text must not
// hold up the probes of everybody else.
import { createContext, Script } from 'node:vm'

/** As long as that, ms, only what goes wrong takes; a busy machine is no reason to fail. */
const MATCH_MS = 500

const context = createContext({ expression: /(?:)/, text: '' })
const match = new Script('expression.test(text)')

/** Whether it matches; undefined where it did not come to an end in time. */
export function boundedMatch(expression: RegExp, text: string): boolean | undefined {
  Object.assign(context, { expression, text })
  try {
    return match.runInContext(context, { timeout: MATCH_MS }) === true
  } catch (error) {
    // It may be an Error of the script's own world, and then none of this one's.
    if ((error as { code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  } finally {
    Object.assign(context, { text: '' })
  }
}
