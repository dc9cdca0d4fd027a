// A process that lives through worlds: every `step`th seed from the first to the last, one line of JSON for each; of a fleet
// that is broken on purpose where a number says so.
import { breakFleet, liveAll } from './lives.mjs'

const [first, last, step, hours, broken] = process.argv.slice(2).map(Number)
if (broken > 0) await breakFleet(broken)
const seeds = []
for (let seed = first; seed <= last; seed += step) seeds.push(seed)
await liveAll(seeds, hours, (seed, { figures, wrong, told }) =>
  process.stdout.write(`${JSON.stringify({ seed, figures, wrong, told })}\n`),
)
