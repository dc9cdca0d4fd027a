// What a start runs, it runs once: the document is parsed, names are compiled, maps are read. To V8 some of that looks hot, and the
// machine code that it makes of it in threads of its own comes too late to be used, for a fifth of the processor time of a start.
import { setFlagsFromString } from 'node:v8'

/** Bytes of bytecode that a function runs through before it is compiled. */
const BUDGET = 500_000
/** What V8 11 has by itself. */
const USUAL_BUDGET = 135_168
/** After this the start is over, ms. What answers is to be compiled well from then on: with the greater budget answers cost more. */
const START_MS = 10_000

/** For all threads of the process. A hint to V8 and nothing more: one that does not know it goes on as it is. */
export function startSparingly(): void {
  setFlagsFromString(`--interrupt-budget=${BUDGET}`)
  setTimeout(() => setFlagsFromString(`--interrupt-budget=${USUAL_BUDGET}`), START_MS).unref()
}
