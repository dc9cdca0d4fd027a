// The exec check: a program on this node, without a shell, with an end to its time and to its words.
import { execFile } from 'node:child_process'
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
    const [program = '', ...words] = spec.command
    const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', MERIDIAN_ADDRESS: address, MERIDIAN_CHECK: spec.id }
    const options = { env, signal, maxBuffer: OUTPUT_CAP, killSignal: 'SIGKILL', timeout: spec.timeoutMs } as const
    execFile(program, words, options, (error, stdout, stderr) => {
      if (error === null) return resolve()
      const said = `${stderr}${stdout}`.trim().split('\n')[0] ?? ''
      const why = causeOf(program, error)
      reject(failed(said === '' ? why : `${why}: ${said.slice(0, SHOWN)}`, error))
    })
  })

function causeOf(
  program: string,
  { code, signal, killed }: { code?: unknown; signal?: unknown; killed?: boolean },
): string {
  if (code === 'ENOENT') return `there is no program ${program}`
  if (code === 'EACCES') return `${program} may not be run`
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `${program} wrote more than ${OUTPUT_CAP} bytes`
  if (typeof code === 'number') return `${program} ended with code ${code}`
  return killed === true || typeof signal === 'string' ? `${program} was ended` : `${program} failed`
}
