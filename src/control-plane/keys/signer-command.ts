// The command that signs with keys elsewhere: without a shell, with an end to its time and to what it says. It gets a line of JSON for
// each set, and gives a line with each signature in base64, as an RRSIG has it.
import { execFile } from 'node:child_process'

export interface SignerCommand {
  /** The program and its words. */
  readonly command: readonly string[]
  readonly timeoutMs: number
}

/** Characters of what it complains of that are told. */
const SHOWN = 200
/** Bytes for each line that it may say: base64 of an RSA signature of 4,096 bits, and a complaint. */
const LINE = 2048

/** @throws Error in words */
export const runSigner =
  ({ command: [program = '', ...words], timeoutMs }: SignerCommand) =>
  (lines: readonly string[]): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      const limits = { timeout: timeoutMs, maxBuffer: LINE * (lines.length + 1), killSignal: 'SIGKILL' as const }
      const child = execFile(program, words, limits, (error, stdout, stderr) => {
        if (error === null) return resolve(stdout.split('\n').filter(line => line.trim() !== ''))
        const complaint = stderr.trim().split('\n', 1)[0]!.slice(0, SHOWN)
        reject(new Error(`${program}: ${complaint === '' ? causeOf(error, timeoutMs) : complaint}`))
      })
      // One that does not listen is told of by how it ends.
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(lines.map(line => `${line}\n`).join(''))
    })

function causeOf(error: { readonly code?: unknown; readonly killed?: boolean }, timeoutMs: number): string {
  if (error.code === 'ENOENT') return 'it is not there'
  if (error.code === 'EACCES') return 'it may not be run'
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it says more than was asked for'
  return error.killed === true ? `it did not end within ${timeoutMs} ms` : `it ended with ${String(error.code)}`
}
