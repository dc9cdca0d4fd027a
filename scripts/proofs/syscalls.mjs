// Proves that system calls come in batches: strace(1) counts those of the server while it answers a load.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { jobFor, startGenerator } from '../bench/generator.mjs'
import { meridian, untilAdmin } from '../bench/servers/meridian.mjs'
import { findProgram } from '../bench/servers/servers.mjs'
import { startServer } from '../bench/start.mjs'
import { BASE } from '../bench/world.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves by strace that system calls come in batches.', 'syscalls.mjs', {
  answers: [500_000, 'answers, at least'],
  steered: [1000, 'steered names; 0 asks for static names only, and needs no map'],
})

const SLICE_SECONDS = 0.5
const ATTACH_MS = 10_000
/** What handles one packet a call. */
const SINGLE = ['sendto', 'recvfrom', 'sendmsg', 'recvmsg', 'read', 'write']
/** The same by dgram would be two calls an answer, one each way. */
const MOST_PER_ANSWER = 0.5
/** Timers and the main thread may do a little meanwhile. */
const MOST_SINGLE = 0.01

const zone = { ...BASE, steered: words.steered }
const kind = words.steered > 0 ? { names: 'geo', ecs: true, zone } : { names: 'static', ecs: false, zone }

const one = await startServer(meridian, { zone, workers: 1, limitMs: 300_000, more: { udp: 'batch' } })
const folder = mkdtempSync(join(tmpdir(), 'meridian-strace-'))
const generator = startGenerator(1)
try {
  await untilAdmin(one)
  const trace = await attach(one.pid, join(folder, 'counts'))
  const count = { answered: 0, lost: 0, wrong: 0 }
  while (count.answered < words.answers) {
    const job = jobFor(one, 'closed', kind, { seconds: SLICE_SECONDS, warmSeconds: 0 })
    const { answered, lost, wrong } = await generator.run(job)
    count.answered += answered
    count.lost += lost
    count.wrong += wrong
  }
  const calls = await trace.end()
  report(calls, count)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  generator.stop()
  rmSync(folder, { recursive: true, force: true })
  await one.stop()
}

/** @throws Error in words where the process cannot be traced */
async function attach(pid, file) {
  const program = findProgram('strace')
  if (program === undefined) throw new Error('strace is not installed: no system call can be counted')
  const child = spawn(program, ['-f', '-c', '-o', file, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text
  })
  const end = performance.now() + ATTACH_MS
  while (!said.includes('attached') && child.exitCode === null && performance.now() < end) await pause(20)
  if (!said.includes('attached') || child.exitCode !== null) {
    if (child.exitCode === null) child.kill('SIGKILL')
    throw new Error(`strace may not trace the server, so no system call can be counted: ${said.trim()}`)
  }
  return {
    async end() {
      child.kill('SIGINT')
      if (child.exitCode === null) await once(child, 'exit')
      return readCounts(readFileSync(file, 'utf8'))
    },
  }
}

/** Calls by name. A line is: per cent, seconds, µs a call, calls, errors where there are any, name. */
function readCounts(text) {
  const rows = text.split('\n').map(line => /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(\w+)$/.exec(line))
  return new Map(rows.flatMap(row => (row === null || row[2] === 'total' ? [] : [[row[2], Number(row[1])]])))
}

function report(calls, { answered, lost, wrong }) {
  const of = name => calls.get(name) ?? 0
  const single = SINGLE.reduce((sum, name) => sum + of(name), 0)
  const total = [...calls.values()].reduce((sum, count) => sum + count, 0)
  const figures = {
    answered,
    recvmmsg: of('recvmmsg'),
    sendmmsg: of('sendmmsg'),
    'recvmmsg an answer': of('recvmmsg') / answered,
    'sendmmsg an answer': of('sendmmsg') / answered,
    'answers a recvmmsg': answered / of('recvmmsg'),
    'all calls an answer': total / answered,
    [`${SINGLE.join(', ')} together`]: single,
    'other calls': [...calls]
      .filter(([name]) => !name.endsWith('mmsg') && !SINGLE.includes(name))
      .map(([name, count]) => `${name} ${count}`)
      .join(', '),
  }
  conclude(
    'System calls of the whole server under load, counted by strace',
    figures,
    [
      [`recvmmsg is called, less than ${MOST_PER_ANSWER} times an answer`, within(of('recvmmsg'), answered)],
      [`sendmmsg is called, less than ${MOST_PER_ANSWER} times an answer`, within(of('sendmmsg'), answered)],
      ['no call is made for each packet', single < answered * MOST_SINGLE],
      ['no query was lost and no answer wrong', lost === 0 && wrong === 0],
    ],
    words.json,
  )
}

function within(count, answered) {
  return count > 0 && count < answered * MOST_PER_ANSWER
}
