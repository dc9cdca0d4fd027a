// Processes of a proof: started, read, and ended by their own ids, also where the proof itself is ended.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** However busy the machine, what takes longer does not come. */
const PATIENCE_MS = 300_000

const running = new Set()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** @returns the process, with what it has written so far as `said` */
export function start(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => {
      child.said += text
    })
  child.gone = new Promise(resolve =>
    child.once('close', code => {
      running.delete(child)
      resolve(code)
    }),
  )
  return child
}

export async function end(child, signal) {
  child?.kill('SIGCONT')
  child?.kill(signal)
  await child?.gone
}

const given = new Set()

/** A port that nobody else of this proof has. */
export async function freePort() {
  for (;;) {
    const port = await new Promise((resolve, reject) => {
      const server = createServer()
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address()
        server.close(() => resolve(port))
      })
    })
    if (given.has(port)) continue
    given.add(port)
    return port
  }
}

/** Resolves with the first that `look` gives which is neither undefined nor false. @throws where it takes so long that it hangs */
export async function until(what, look, everyMs = 20) {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`)
    await pause(everyMs)
  }
}
