// A real thread with the built checks; the build comes before the tests.
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Report } from '../../../src/control-plane/health/crew.js'
import { createProber } from '../../../src/control-plane/health/prober.js'
import { type ThreadCrewOptions, threadCrew } from '../../../src/control-plane/health/thread-crew.js'
import { httpPort } from './servers.js'
import { documentOf, httpSpec, region, tcpSpec } from './specs.js'

const PROBES = new URL('../../../dist/control-plane/health/probe-thread.js', import.meta.url)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-crew-'))
  return () => rm(folder, { recursive: true })
})

/** A thread that does what `text` says. */
function thread(name: string, text: string): URL {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, `import { parentPort as port } from 'node:worker_threads'\n${text}`)
  return pathToFileURL(file)
}

function crewOf(options: Partial<ThreadCrewOptions>) {
  const crashes: string[] = []
  const crew = threadCrew({ module: PROBES, onCrash: why => crashes.push(why), ...options })
  onTestFinished(() => crew.stop())
  return { crew, crashes }
}

const LOG = { info: () => {}, warn: () => {} }
const target = { id: 1, spec: tcpSpec(), address: '192.0.2.1', phase: 0 }

test('a region that breaks goes down, and comes back, as probes in another thread see it', async () => {
  let status = 200
  const port = await httpPort((_, response) => response.writeHead(status).end())
  const prober = createProber({ crew: crewOf({}).crew, log: LOG })
  prober.configure(documentOf([region('eu', ['127.0.0.1'])], [httpSpec({ port, intervalMs: 50, timeoutMs: 1000 })]))
  await prober.firstRound()
  const told = () => prober.health().get('eu')?.[0]
  expect(told()).toMatchObject({ up: true })
  status = 503
  await expect.poll(told, { timeout: 20_000 }).toMatchObject({ up: false, cause: 'api: status 503, expected 200-299' })
  status = 200
  await expect.poll(told, { timeout: 20_000 }).toMatchObject({ up: true })
  expect(prober.state()).toMatchObject({ targets: 1, restarts: 0 })
  expect(prober.recent('api', '127.0.0.1').length).toBeGreaterThan(3)
  expect(prober.recent('api', '127.0.0.1')[0]?.phases.connectMs).toBeGreaterThan(0)
})

/** Reports each target that it is given as up, or as it was known before, and then does what it is made for. */
const REPORT = `port.on('message', ({ targets }) => {
  const reports = targets.map(({ id, known }) => ({ id, nextAt: 0, result: { passed: true, phases: {} },
    known: known ?? { streak: { up: false, run: 1 }, since: 5, lastAt: 6, lastError: 'as it was' } }))
  port.postMessage({ kind: 'reports', reports, state: { passed: 7, failed: 1, suspicions: [] } })
  after()
})
`

test('a thread that dies is replaced, and its successor goes on from what was known', async () => {
  const module = thread('dies', `${REPORT}const after = () => setTimeout(() => { throw new Error('a bug') }, 20)`)
  const { crew, crashes } = crewOf({ module })
  const reports: Report[] = []
  crew.onReports(batch => reports.push(...batch))
  crew.assign([target], [])
  await expect.poll(() => reports.length, { timeout: 20_000 }).toBeGreaterThan(1)
  expect(crashes[0]).toBe('a bug')
  expect(crew.restarts()).toBeGreaterThan(0)
  expect(new Set(reports.map(({ known }) => known.lastError))).toEqual(new Set(['as it was']))
  // Counters only grow, whoever died.
  expect(crew.state().passed).toBeGreaterThanOrEqual(7)
})

test('a thread that hangs is found by its silence, and replaced', async () => {
  const module = thread('hangs', `${REPORT}const after = () => { for (;;); }`)
  const { crew, crashes } = crewOf({ module, silenceMs: 300 })
  crew.assign([target], [])
  await expect.poll(() => crashes.length, { timeout: 20_000 }).toBeGreaterThan(0)
  expect(crashes[0]).toBe('it said nothing for 0.3 s')
})

test('reports of targets that were dropped meanwhile are not passed on', async () => {
  const module = thread(
    'late',
    `port.on('message', ({ targets }) => { for (const { id } of targets) port.postMessage({
    kind: 'reports', state: { suspicions: [] }, reports: [{ id, known: { streak: {} } }, { id: 99, known: { streak: {} } }] }) })`,
  )
  const { crew } = crewOf({ module })
  const ids: number[] = []
  crew.onReports(batch => ids.push(...batch.map(({ id }) => id)))
  crew.assign([target], [])
  await expect.poll(() => ids.length, { timeout: 20_000 }).toBeGreaterThan(0)
  expect(new Set(ids)).toEqual(new Set([1]))
})

test('without anything to probe there is no thread, and the first target brings it', async () => {
  const { crew } = crewOf({
    module: thread(
      'tells',
      "port.on('message', ({ targets }) => port.postMessage({ kind: 'reports', reports: [], state: { targets: targets.length } }))",
    ),
  })
  crew.assign([], [])
  expect(crew.state().targets).toBe(0)
  crew.assign([target], [])
  await expect.poll(() => crew.state().targets, { timeout: 30_000 }).toBe(1)
})
