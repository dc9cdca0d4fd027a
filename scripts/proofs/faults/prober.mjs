// Probes every fault, in a process of its own, whose authorities are given to it at its birth: how long until each region
// is down, and what thousands of probes leave behind.
import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { attempt } from '../../../dist/control-plane/health/attempt.js'
import { check, checker } from '../../../dist/control-plane/health/check.js'
import { localCrew } from '../../../dist/control-plane/health/local-crew.js'
import { createProber } from '../../../dist/control-plane/health/prober.js'
import { FAULTS, PATIENT_MS, SILENT_MS, wordsOf } from './table.mjs'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

const TIMING = { intervalMs: 1000, fall: 3, rise: 2 }
/** Probes at a time. */
const AT_ONCE = 40

const [ports, repetitions, silentMs] = await new Promise(resolve => process.once('message', resolve))
// Those that answer are waited for: a busy machine must not turn their words into "no answer".
const specs = FAULTS.map(({ name, spec, silent }, i) => {
  const timeoutMs = silent === true ? silentMs : PATIENT_MS
  return { id: `c${i}`, ...TIMING, timeoutMs, ...spec, port: ports[i], name }
})

const prober = createProber({
  crew: localCrew({ probe: checker({ execAllowed: false }) }),
  log: { info: () => {}, warn: () => {} },
})
prober.configure({
  checks: new Map(specs.map(({ name: _, ...spec }) => [spec.id, spec])),
  regions: new Map(
    specs.map(({ id, name }) => [
      name,
      {
        id: name,
        addresses: [{ text: '127.0.0.1', bytes: Uint8Array.of(127, 0, 0, 1), family: 4 }],
        checks: [id],
        weight: 1,
        enabled: true,
      },
    ]),
  ),
})
const areIll = () => FAULTS.filter(({ name }) => !prober.health().get(name)[0].up)
await prober.firstRound()
for (let i = 0; i < 600 && areIll().length > 0; i++) await new Promise(resolve => setTimeout(resolve, 100))
const ill = areIll()
process.send({ kind: 'well', ill: ill.map(({ name }) => `${name}: ${prober.health().get(name)[0].cause}`) })

await new Promise(resolve => process.once('message', resolve))
const brokenAt = Date.now()
const found = new Map()
await new Promise(resolve => {
  const late = setTimeout(resolve, 60_000)
  prober.onChange((_, changes) => {
    for (const { region, up, cause = '' } of changes) {
      if (up || found.has(region)) continue
      const failures = prober
        .recent(specs.find(({ name }) => name === region).id, '127.0.0.1')
        .findIndex(({ passed }) => passed)
      found.set(region, { ms: Date.now() - brokenAt, failures, cause: cause.replace(/^c\d+: /, '') })
    }
    if (found.size < FAULTS.length) return
    clearTimeout(late)
    resolve()
  })
})
prober.stop()
process.send({ kind: 'found', found: Object.fromEntries(found) })

const sockets = () => readdirSync('/proc/self/fd').length
const heapMb = () => {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}
const unlike = new Map()

/** So many probes of each fault; those that are not told in the right words are counted. */
async function probeAll(times) {
  for (const [i, fault] of FAULTS.entries()) {
    const timeoutMs = fault.silent === true ? SILENT_MS : PATIENT_MS
    const spec = { ...specs[i], timeoutMs }
    const right = wordsOf(fault, timeoutMs)
    let left = times
    const work = async () => {
      while (left-- > 0) {
        const words = await attempt(signal => check(spec, '127.0.0.1', signal), timeoutMs, new AbortController())
        if (words === undefined || !right.test(words)) unlike.set(fault.name, words ?? 'passed')
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }
}

/** What is closed takes a moment to be gone. */
async function settled() {
  for (let i = 0; i < 300 && sockets() > before.sockets; i++) await new Promise(resolve => setTimeout(resolve, 100))
  return { sockets: sockets(), heapMb: heapMb() }
}

await probeAll(Math.max(AT_ONCE, Math.ceil(repetitions / 20)))
let before = { sockets: 0, heapMb: 0 }
await new Promise(resolve => setTimeout(resolve, 1000))
before = { sockets: sockets(), heapMb: heapMb() }
await probeAll(repetitions)
process.send({ kind: 'repeated', before, after: await settled(), unlike: Object.fromEntries(unlike) })
process.disconnect()
