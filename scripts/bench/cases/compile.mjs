// What it takes to compile: City maps, and the names of a large zone. Each round is a process of its own, as a start has nothing warm.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pinned } from '../cores.mjs'
import { median } from '../side-by-side.mjs'

const FILE = fileURLToPath(new URL('../compile.mjs', import.meta.url))
const LIMIT_MS = 300_000

export const compile = {
  what: 'time to compile maps of the bundled City data, and a zone of 100,000 names',

  async run({ rounds }) {
    const [program, words] = pinned([0], process.execPath, [FILE])
    const lists = []
    for (let round = 0; round < rounds; round++) {
      const { stdout } = await promisify(execFile)(program, words, { timeout: LIMIT_MS })
      lists.push(JSON.parse(stdout))
    }
    const measures = lists[0].map(({ what, unit }, i) => ({
      case: 'compile',
      server: 'meridian',
      what,
      value: median(lists.map(list => list[i].value)),
      unit,
    }))
    return { rows: [], measures }
  },
}
