// The exec check: a program on this node, without a shell, with an end to its time, to its words, and to all that it started.
import { type ChildProcess, spawn } from 'node:child_process'
import type { ExecCheckSpec } from '../traffic/document/check.js'
import { failed } from './cause.js'
import type { Check } from './check.js'

/** Bytes that it may write. */
const OUTPUT_CAP = 65_536
/** Characters of what it wrote that are shown. */
const SHOWN = 200

/** Passes when the program ends with code 0. It knows what it is run for by MERIDIAN_ADDRESS and MERIDIAN_CHECK. */
export const exec: Check<ExecCheckSpec> = ({ address, spec }, signal, trace) =>
  new Promise((resolve, reject) => {
    // A program that fails is not the network's silence.
    trace.heard = true
    if (signal.aborted) return reject(signal.reason)
    const [program = '', ...words] = spec.command
    const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', MERIDIAN_ADDRESS: address, MERIDIAN_CHECK: spec.id }
    // In a group of its own, since a shell that is killed would leave behind what it waits for.
    const child = spawn(program, words, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const end = (): void => endGroup(child)
    const abort = (): void => {
      end()
      // What has left the group may hold its output open for ever.
      child.stdout.destroy()
      child.stderr.destroy()
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    const output = listen(child, end)
    child.once('exit', end)
    child.once('error', error => reject(failed(startCause(program, error), error)))
    child.once('close', (code, killed) => {
      signal.removeEventListener('abort', abort)
      if (code === 0 && !output.tooLong()) return resolve()
      const why = output.tooLong() ? `${program} wrote more than ${OUTPUT_CAP} bytes` : endCause(program, code, killed)
      const said = output.firstLine()
      reject(new Error(said === '' ? why : `${why}: ${said}`))
    })
  })

/** What it says, errors before all else; `enough` is called when that is too much. */
function listen({ stdout, stderr }: ChildProcess, enough: () => void) {
  let length = 0
  const texts = [stderr, stdout].map(stream => {
    const chunks: Buffer[] = []
    stream?.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > OUTPUT_CAP) enough()
      else chunks.push(chunk)
    })
    return chunks
  })
  return {
    tooLong: () => length > OUTPUT_CAP,
    firstLine: () => Buffer.concat(texts.flat()).toString().trim().split('\n', 1)[0]?.slice(0, SHOWN) ?? '',
  }
}

/** It, and whatever it started that did not leave its group. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left of it.
  }
}

function startCause(program: string, error: Error): string {
  const code = 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return `there is no program ${program}`
  return code === 'EACCES' ? `${program} may not be run` : `${program} failed`
}

const endCause = (program: string, code: number | null, signal: string | null): string =>
  signal === null ? `${program} ended with code ${code}` : `${program} was ended`
