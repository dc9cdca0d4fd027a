// What a start runs, it runs once: the document is parsed, names are compiled, maps are read. To V8 some of that looks hot, and the
// machine code that it makes of it in threads of its own comes too late to be used, for a fifth of the processor time of a start.
import { setFlagsFromString } from 'node:v8'

/** Bytes of bytecode that a function runs through before it is compiled; V8 11 has 135,168. The line is there after some ms all the same. */
const BUDGET = 500_000

/** For all threads of the process. A hint to V8 and nothing more: one that does not know it goes on as it is. */
export function startSparingly(): void {
  setFlagsFromString(`--interrupt-budget=${BUDGET}`)
}
