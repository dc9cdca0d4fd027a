// Starts servers as child processes, each in a folder of its own, on a loopback port of its own, pinned to its cores.
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pinned } from './cores.mjs'
import { encodeQuery } from './query.mjs'
import { findProgram } from './servers/servers.mjs'
import { ZONE } from './world.mjs'

/** Each child that runs, with its folder. */
const running = new Map()
const STOP_MS = 10_000
const POLL_MS = 5

process.on('exit', () => {
  for (const [child, folder] of running) {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})

/** How often another port is looked for where somebody took the one that was free just before. */
const PORT_TRIES = 5
const TAKEN = 'already in use'

/**
 * Starts a server and resolves when it has answered a query. `startMs` is how long that took from its birth.
 * @throws Error with the end of its log where it has not done so within `limitMs`
 */
export async function startServer(server, { folder = newFolder(), ...options }) {
  for (let tries = 1; ; tries++) {
    try {
      return await start(server, { folder, ...options })
    } catch (error) {
      if (tries === PORT_TRIES || !error.message.includes(TAKEN)) throw error
    }
  }
}

async function start(server, { cores = [0], limitMs = 60_000, folder, ...options }) {
  const [port, adminPort] = [await freePort(), await freePort()]
  const { command, words, env = {} } = server.configure(folder, { ...options, port, adminPort })
  const log = join(folder, 'log')
  const output = openSync(log, 'a')
  const begun = performance.now()
  const [program, line] = pinned(cores, findProgram(command), words)
  const child = spawn(program, line, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  running.set(child, folder)
  child.once('exit', () => running.delete(child))
  const stop = async ({ keepFolder = false } = {}) => {
    if (running.has(child)) {
      child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await once(child, 'exit')
      clearTimeout(kill)
    }
    if (!keepFolder) rmSync(folder, { recursive: true, force: true })
  }
  const name = options.zone?.statics === 0 ? `h0.${ZONE}` : `s0.${ZONE}`
  const answered = await untilAnswered(port, name, begun + limitMs, child)
  if (!answered) {
    const last = readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n')
    const fate = running.has(child) ? `did not answer within ${limitMs / 1000} s` : 'ended without an answer'
    await stop({ keepFolder: last.includes(TAKEN) })
    throw new Error(`${server.name} ${fate}: ${last}`)
  }
  return { server, port, adminPort, folder, pid: child.pid, startMs: performance.now() - begun, stop }
}

export const newFolder = () => mkdtempSync(join(tmpdir(), 'meridian-bench-'))

async function untilAnswered(port, name, end, child) {
  const socket = createSocket('udp4')
  let answered = false
  socket.on('message', reply => {
    answered ||= (reply[3] & 15) === 0
  })
  // Nobody listens yet.
  socket.on('error', () => {})
  while (!answered && performance.now() < end && child.exitCode === null && child.signalCode === null) {
    socket.send(encodeQuery(1, name), port, '127.0.0.1')
    await pause(POLL_MS)
  }
  socket.close()
  return answered
}

/** A port that is free over UDP and TCP just now. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  const socket = createSocket('udp4')
  const free = await new Promise(resolve => {
    socket.once('error', () => resolve(false))
    socket.bind(port, '127.0.0.1', () => resolve(true))
  })
  await Promise.all([new Promise(done => server.close(done)), free && new Promise(done => socket.close(done))])
  return free ? port : freePort()
}
