// The built program as a child process, as a user's shell would run it: started, read, signalled, and seen to be gone.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
/** Limits of waiting are those of a quiet machine: a busy one may take so many times as long. No limit is a claim. */
export const STRETCH = 3
/** How long a clean stop may take, ms. */
const STOP_MS = 10_000 * STRETCH

export interface Surroundings {
  /** Added to the environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Whether somebody types; see `type`. */
  readonly typed?: boolean
}

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How UDP is served where a test has no wish of its own: batch, dgram, or as the program itself decides. */
export const UDP = process.env['MERIDIAN_TEST_UDP'] ?? 'auto'

/** What the shell of whoever runs the tests happens to have set must not reach the program. */
const CLEAN = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MERIDIAN_'))),
  ...(UDP === 'auto' ? {} : { MERIDIAN_UDP: UDP }),
}

/** A child process that a test starts, and that never outlives it. */
export class Program {
  stdout = ''
  stderr = ''
  /** The exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>
  private readonly child: ChildProcess
  private readonly heard = new Set<() => void>()
  private gone = false

  constructor(program: string, args: readonly string[], { env = {}, cwd, typed = false }: Surroundings = {}) {
    const stdio = [typed ? 'pipe' : 'ignore', 'pipe', 'pipe'] as const
    this.child = spawn(program, args, { env: { ...CLEAN, ...env }, cwd, stdio: [...stdio] })
    this.child.stdout?.setEncoding('utf8').on('data', text => this.hear('stdout', text))
    this.child.stderr?.setEncoding('utf8').on('data', text => this.hear('stderr', text))
    const kill = (): void => void this.child.kill('SIGKILL')
    process.once('exit', kill)
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject)
      // `close` and not `exit`: by then all that it wrote has been read.
      this.child.once('close', code => {
        this.gone = true
        process.off('exit', kill)
        for (const listener of this.heard) listener()
        resolve(code)
      })
    })
    this.exited.catch(() => {})
  }

  get pid(): number {
    return this.child.pid! // it was started
  }

  type(text: string): void {
    this.child.stdin!.write(text) // somebody types
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name)
  }

  /** Resolves when what it wrote matches; text before `from` does not count. @throws where it ends, or takes too long */
  async says(pattern: RegExp, { from = 0, ms = 30_000 } = {}): Promise<RegExpExecArray> {
    const deadline = Date.now() + ms * STRETCH
    for (;;) {
      const match = pattern.exec(this.stdout.slice(from))
      if (match !== null) return match
      if (this.gone) throw new Error(`it ended without saying ${pattern}:\n${this.stdout}${this.stderr}`)
      const left = deadline - Date.now()
      if (left <= 0)
        throw new Error(`it did not say ${pattern} within ${ms * STRETCH} ms:\n${this.stdout}${this.stderr}`)
      await this.news(left)
    }
  }

  /** Ends it by its own pid and resolves to its exit code. @throws where it does not go of itself */
  async stop(): Promise<number | null> {
    if (!this.gone) this.child.kill('SIGTERM')
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS)
    const code = await this.exited
    clearTimeout(timer)
    if (isAlive(this.pid)) throw new Error(`process ${this.pid} lives on`)
    return code
  }

  private hear(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text
    for (const listener of this.heard) listener()
  }

  private news(ms: number): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer)
        this.heard.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.heard.add(done)
    })
  }
}

export const meridian = (args: readonly string[], surroundings?: Surroundings): Program =>
  new Program(process.execPath, [MAIN, ...args], surroundings)

/** Runs a program to its end. */
export async function run(program: string, args: readonly string[], surroundings?: Surroundings): Promise<Finished> {
  const running = new Program(program, args, surroundings)
  const code = await running.exited
  return { code, stdout: running.stdout, stderr: running.stderr }
}

/** At a terminal of its own, which `script` (of bsdutils) makes; what is shown there is its standard output. */
export const meridianAtTerminal = (args: readonly string[], surroundings?: Surroundings): Program => {
  const command = [process.execPath, MAIN, ...args].map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  return new Program('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    ...surroundings,
    typed: true,
  })
}

export const runMeridian = (args: readonly string[], surroundings?: Surroundings): Promise<Finished> =>
  run(process.execPath, [MAIN, ...args], surroundings)

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
