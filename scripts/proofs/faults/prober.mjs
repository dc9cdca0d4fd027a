// Probes every fault, in a process of its own, whose authorities are given to it at its birth: how long until each region
// is down, and what thousands of probes leave behind.
import { readdirSync } from 'node:fs'
import { isIP } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { attempt } from '../../../dist/control-plane/health/attempt.js'
import { check, checker } from '../../../dist/control-plane/health/check.js'
import { localCrew } from '../../../dist/control-plane/health/local-crew.js'
import { createProber } from '../../../dist/control-plane/health/prober.js'
import { clock } from './clock.mjs'
import { addressesOf, DEADLY, FAULTS, PATIENT_MS, SILENT_MS, victimOf, wordsOf } from './table.mjs'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

const TIMING = { intervalMs: 1000, fall: 3, rise: 2 }
/** Probes at a time. */
const AT_ONCE = 40
/** Of the clock, while all is well. */
const JUMPS = 4

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
    specs.map(({ id, name }, i) => [
      name,
      { id: name, addresses: addressesOf(FAULTS[i]).map(addressOf), checks: [id], weight: 1, enabled: true },
    ]),
  ),
})
const healthOf = (fault, address) => prober.health().get(fault.name)[addressesOf(fault).indexOf(address)]
const all = FAULTS.flatMap(fault => addressesOf(fault).map(address => [fault, address]))
const areIll = () => all.filter(([fault, address]) => !healthOf(fault, address).up)
await prober.firstRound()
for (let i = 0; i < 600 && areIll().length > 0; i++) await new Promise(resolve => setTimeout(resolve, 100))
const ill = areIll().map(([fault, address]) => `${fault.name}: ${healthOf(fault, address).cause}`)
const turned = []
prober.onChange((_, changes) => turned.push(...changes))
for (let i = 0; i < JUMPS; i++) {
  clock.jump()
  await new Promise(resolve => setTimeout(resolve, 1.5 * TIMING.intervalMs))
}
process.send({ kind: 'well', ill, turned: turned.map(({ region }) => region) })

await new Promise(resolve => process.once('message', resolve))
clock.jump()
const brokenAt = performance.now()
const found = new Map()
const amiss = []
await new Promise(resolve => {
  const late = setTimeout(resolve, 60_000)
  prober.onChange((_, changes) => {
    for (const { region, address, up, cause = '' } of changes) {
      const [i, fault] = [...FAULTS.entries()].find(([, { name }]) => name === region)
      if (up || found.has(region)) continue
      if (fault.well || address !== victimOf(fault)) {
        amiss.push(`${region} ${address}: ${cause}`)
        continue
      }
      const failures = prober.recent(specs[i].id, address).findIndex(({ passed }) => passed)
      found.set(region, { ms: Math.round(performance.now() - brokenAt), failures, cause: cause.replace(/^c\d+: /, '') })
    }
    if (found.size < DEADLY.length) return
    clearTimeout(late)
    resolve()
  })
})
prober.stop()
process.send({ kind: 'found', found: Object.fromEntries(found), amiss })

const sockets = () => readdirSync('/proc/self/fd').length
const heapMb = () => {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}
const unlike = new Map()

/** So many probes of each fault; those that are not told in the right words are counted. */
async function probe(fault, times) {
  const timeoutMs = fault.silent === true ? SILENT_MS : PATIENT_MS
  const spec = { ...specs[FAULTS.indexOf(fault)], timeoutMs }
  const right = wordsOf(fault, timeoutMs)
  let left = times
  const work = async () => {
    while (left-- > 0) {
      const asked = attempt(signal => check(spec, victimOf(fault), signal), timeoutMs, new AbortController())
      if (fault.well) clock.jump()
      const words = (await asked) ?? ''
      if (!right.test(words)) unlike.set(fault.name, words || 'passed')
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

/** One fault after the other, but those that only wait beside those that work. */
async function probeAll(times) {
  const lane = async faults => {
    for (const fault of faults) await probe(fault, times)
  }
  await Promise.all([true, false].map(silent => lane(FAULTS.filter(fault => (fault.silent === true) === silent))))
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

function addressOf(text) {
  return isIP(text) === 4
    ? { text, bytes: Uint8Array.from(text.split('.'), Number), family: 4 }
    : { text, bytes: Uint8Array.of(...Array(15).fill(0), 1), family: 6 } // ::1 is the only one of the table
}
