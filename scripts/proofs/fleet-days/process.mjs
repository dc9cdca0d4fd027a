// A process that lives through worlds: so many hours of each seed, one line of JSON for each; of a fleet that is broken on purpose where
// a number says so.
import { breakFleet, liveAll } from './lives.mjs'

const [hours, broken, ...seeds] = process.argv.slice(2).map(Number)
if (broken > 0) await breakFleet(broken)
await liveAll(seeds, hours, (seed, { figures, wrong, told }) =>
  process.stdout.write(`${JSON.stringify({ seed, figures, wrong, told })}\n`),
)
