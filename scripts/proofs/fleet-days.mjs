// Proves that a fleet keeps what it promises through days of random faults: the real code of three nodes lives in a simulated world, with a
// store, networks, disks and clocks that break by dice. A seed is a world: the same seed, the same day.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DayLog } from './fleet-days/day-log.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that a fleet keeps what it promises through days of random faults.', 'fleet-days.mjs', {
  seeds: [500, 'worlds, each of which is another'],
  hours: [24, 'that pass in each'],
  from: [1, 'the first seed; with --seeds 1 that world alone is lived through again'],
  break: [
    0,
    'number of a way to break the fleet, of scripts/proofs/fleet-days/breaks.mjs; then something has to be found',
  ],
  processes: [2, 'processes among which they are shared'],
  log: [
    '',
    'file to which each day is written when it is over; a day of this very program that is in it is not lived through again',
  ],
})

const PROCESS = fileURLToPath(new URL('fleet-days/process.mjs', import.meta.url))
/** It grows by some 100 MB with each day that it has lived through, and is half as fast after seventy. */
const DAYS_A_PROCESS = 10
/** So many wrong days are told of in full. */
const MOST_SHOWN = 3

const log = new DayLog(words.log, words.hours, words.break)
const seeds = Array.from({ length: words.seeds }, (_, i) => words.from + i)
const left = seeds.filter(seed => !log.has(seed))
await Promise.all(
  Array.from({ length: words.processes }, (_, i) => live(left.filter((_, j) => j % words.processes === i))),
)
const lived = log.of(seeds)
const days = lived.flatMap(({ wrong, figures }) => (wrong === undefined ? [figures] : []))
const wrong = lived.filter(day => day.wrong !== undefined)

const sum = read => days.reduce((total, figures) => total + read(figures), 0)
const all = counts => Object.values(counts).reduce((total, count) => total + count, 0)
const names = Object.keys(days[0]?.faults ?? {})
for (const { seed, wrong: sentence, told } of wrong.slice(0, MOST_SHOWN))
  console.error(`seed ${seed}: ${sentence}\n${told.map(line => `  ${line}`).join('\n')}\n`)

conclude(
  `${words.seeds} worlds from seed ${words.from}, ${words.hours} simulated hours each`,
  {
    'the program, by its hash': log.program,
    'days that were as they have to be; that were not': `${days.length}; ${wrong.length}`,
    faults: sum(({ faults }) => all(faults)),
    ...Object.fromEntries(names.map(name => [`  ${name}`, sum(({ faults }) => faults[name])])),
    'edits asked for; made': `${sum(({ operators }) => operators.edits)}; ${sum(({ commits }) => commits)}`,
    'edits, overrides and drills acknowledged; refused; nobody knew': ['acknowledged', 'refused', 'unknown']
      .map(key => sum(({ operators }) => operators[key]))
      .join('; '),
    'drills begun; taken over by another node': `${sum(({ drills }) => drills)}; ${sum(({ takenOver }) => takenOver)}`,
    'edits that went with the data of the store': sum(({ lostWithStore }) => lostWithStore),
    'answers looked at': sum(({ queries }) => queries),
    'of the steered name; of which one region alone was right': `${sum(({ steered }) => steered)}; ${sum(({ sharp }) => sharp)}`,
    'from the end of all faults until all answer alike, longest, s':
      Math.max(0, ...days.map(({ wholeMs }) => wholeMs)) / 1000,
    'CPU seconds': Math.round(sum(({ cpuMs }) => cpuMs) / 1000),
  },
  [
    ['every world was lived through', lived.length === words.seeds],
    [
      'no edit is lost or made twice, no answer is older or other than it may be, drills and overrides have one course and an end, silent nodes are not counted, and all nodes answer alike when all is mended',
      wrong.length === 0,
    ],
  ],
  words.json,
)

/** In processes of their own, one after the other. */
async function live(some) {
  for (let from = 0; from < some.length; from += DAYS_A_PROCESS)
    await liveThrough(some.slice(from, from + DAYS_A_PROCESS))
}

/** In a process that ends with this one. */
function liveThrough(some) {
  const given = [words.hours, words.break, ...some].map(String)
  const child = spawn(process.execPath, [PROCESS, ...given], { stdio: ['ignore', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill())
  createInterface({ input: child.stdout }).on('line', line => log.add(line))
  return new Promise(resolve => child.once('close', resolve))
}
