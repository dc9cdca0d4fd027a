// What is said, once each, as the prober begins to suspect itself and trusts itself again.
import type { Suspicion } from './crew.js'
import type { ProberLog } from './prober.js'

export function saySuspicions(before: readonly Suspicion[], now: readonly Suspicion[], log: ProberLog): void {
  for (const { family, silent, of } of without(now, before))
    log.warn(
      { family, silent, of },
      `the prober suspects itself: ${silent} of ${of} targets on IPv${family} fell silent at once; what they were is held`,
    )
  for (const { family } of without(before, now)) log.info({ family }, `the prober trusts itself again on IPv${family}`)
}

/** Those of families of which the others hold none. */
const without = (these: readonly Suspicion[], others: readonly Suspicion[]): readonly Suspicion[] =>
  these.filter(({ family }) => !others.some(one => one.family === family))
