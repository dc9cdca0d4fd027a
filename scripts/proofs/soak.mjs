// Proves that memory stays flat over ten million answers: UDP, client subnets at random, the City database.
// It begins when the last 10,000 sampled queries are there, which is as many as are kept to be looked at, and looks at the last ten
// of twenty million answers after that.
// The main thread looks after files and makes garbage once a second, whatever is asked; it is collected before each sample.
import { readFileSync } from 'node:fs'
import { jobFor, startGenerator } from '../bench/generator.mjs'
import { inspect, inspected } from '../bench/inspected.mjs'
import { KINDS } from '../bench/kinds.mjs'
import { meridian, untilAdmin } from '../bench/servers/meridian.mjs'
import { startServer } from '../bench/start.mjs'
import { BASE } from '../bench/world.mjs'
import { dropsAt } from './drops.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that memory stays flat over millions of answers.', 'soak.mjs', {
  millions: [20, 'millions of answers'],
  step: [2, 'millions of answers between samples'],
  spread: [3, 'per cent by which the last five samples may differ'],
})

const SLICE_SECONDS = 1
const LAST = 5
/** Sampled queries that are kept. */
const KEPT = 10_000
const MOST_SLICES = 300

const one = await startServer(inspected(meridian), { zone: BASE, workers: 1, limitMs: 300_000 })
const generator = startGenerator(1)
let inspector
try {
  await untilAdmin(one)
  inspector = await inspect(one)
  const samples = []
  const count = { answered: 0, lost: 0, wrong: 0 }
  const ask = async () => {
    const job = jobFor(one, 'closed', KINDS['geo-ecs'].kind, { seconds: SLICE_SECONDS, warmSeconds: 0 })
    const { answered, lost, wrong } = await generator.run(job)
    count.answered += answered
    count.lost += lost
    count.wrong += wrong
  }
  for (let slices = 0; (await metric(one, 'samples_total{result="read"}')) < KEPT && slices < MOST_SLICES; slices++)
    await ask()
  const before = count.answered
  for (let goal = words.step; goal <= words.millions + 1e-9; goal += words.step) {
    while (count.answered - before < goal * 1e6) await ask()
    samples.push({ answered: count.answered, ...(await memory(one)) })
    if (!words.json) console.log(line(samples.at(-1)))
  }
  const last = samples.slice(-LAST)
  const spread = of => spreadOf(last.map(sample => sample[of]))
  const figures = {
    ...count,
    'of them before the first sample': before,
    'dropped by the kernel': dropsAt(one.port),
    samples: samples.length,
    'resident at the first sample, MB': samples[0].residentMb,
    'resident at the last, MB': samples.at(-1).residentMb,
    'resident, spread of the last five, %': spread('residentMb'),
    'heap of the main thread at the last, MB': samples.at(-1).heapMb,
    'heap, spread of the last five, %': spread('heapMb'),
    'private dirty at the last, MB': samples.at(-1).dirtyMb,
    'private dirty, spread of the last five, %': spread('dirtyMb'),
  }
  const within = `within ${words.spread} % in the last ${last.length} samples`
  conclude(
    'Soak: memory of the server over many answers',
    figures,
    [
      [`resident memory stays ${within}`, spread('residentMb') <= words.spread],
      [`the heap of the main thread stays ${within}`, spread('heapMb') <= words.spread],
      [`memory that only it has stays ${within}`, spread('dirtyMb') <= words.spread],
      ['no query was lost', count.lost === 0],
      ['no answer was wrong', count.wrong === 0],
    ],
    words.json,
  )
} finally {
  inspector?.close()
  generator.stop()
  await one.stop()
}

/** As the server says itself, and as the kernel does (man 5 proc, smaps_rollup). */
async function memory(server) {
  const heap = await inspector.collect()
  const bytes = await metric(server, 'process_resident_memory_bytes')
  const { pid } = server
  const dirty = Number(/Private_Dirty:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1])
  return { residentMb: bytes / 2 ** 20, dirtyMb: dirty / 1024, heapMb: heap / 2 ** 20 }
}

/** The value of one series, told by its name and labels without `meridian_`. */
async function metric({ adminPort }, series) {
  const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  const line = metrics.split('\n').find(text => text.startsWith(`meridian_${series} `))
  return Number(line?.split(' ')[1])
}

/** The difference of the greatest and the least, as per cent of the least. */
function spreadOf(values) {
  return (Math.max(...values) / Math.min(...values) - 1) * 100
}

function line({ answered, residentMb, dirtyMb, heapMb }) {
  const millions = (answered / 1e6).toFixed(2).padStart(7)
  return `${millions} M answers  resident ${residentMb.toFixed(1)} MB  private dirty ${dirtyMb.toFixed(1)} MB  heap ${heapMb.toFixed(2)} MB`
}
