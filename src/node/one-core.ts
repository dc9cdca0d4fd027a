// V8 on one core. It compiles hot functions, and collects garbage, in threads beside those that work: on a core of their own these
// cost nobody anything. Where there is but one, four of them share it with whoever answers, and what is hot for a moment is not
// worth being compiled. Measured there, at 100 edits a second: half as long in V8's threads as in all others together, a fifth with this.
import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'

/** How much of a function is run before it is compiled anew, bytes of its code; V8 has 135,168. */
const BUDGET = 600_000

/** For all threads, from now on; hints to V8 and nothing more. */
export function spareOneCore(cores = availableParallelism()): void {
  if (cores > 1) return
  setFlagsFromString(`--interrupt-budget=${BUDGET}`)
  setFlagsFromString('--no-parallel-scavenge')
}
