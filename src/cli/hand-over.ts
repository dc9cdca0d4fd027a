// The elder of two processes: it starts another one of the program and the settings that are there now, gives it its sockets,
// lets go of the state, and ends when the other answers (take-over.ts). It answers all the while.
//
// The sockets themselves are handed on, and not only their port. Where a second process opens sockets of its own beside the
// first (SO_REUSEPORT), those of the first are closed in the end, with whatever has come to them by then.
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Inheritance } from '../data-plane/workers.js'
import type { Log } from '../log.js'
import { VARIABLE, type Word } from './take-over.js'

/** What of a node that runs is needed here. */
export interface HandsOver {
  /** All listeners, those of the API among them. */
  sockets(): Inheritance
  /** Touches nothing any more, but goes on answering with what it knows. */
  letGo(): Promise<void>
}

export interface Younger {
  readonly pid: number | undefined
  /** Whether it says so, ever. */
  says(word: Word): Promise<boolean>
  tell(word: Word): void
  /** How it ended, in words. */
  fate(): string
  end(): void
  /** It lives on without this process. */
  leave(): void
  /** For another one in turn, as this process was told to once more. */
  makeWay(): void
}

/** Not in a tight loop: whoever is to mend it needs the machine as well. */
const AGAIN_MS = 5000

/**
 * Resolves with the process that answers in this one's place. Where that cannot even read what it is to serve, this
 * one goes on as if nothing had been, and it is undefined. Where it fails later, this one goes on answering with what it knows, and tries again.
 * @param begin starts the other one @param againMs until another one is tried, where one could not be started
 */
export async function handOver(
  running: HandsOver,
  log: Log,
  stopping: AbortSignal,
  begin: (sockets: Inheritance) => Younger = beginYounger,
  againMs = AGAIN_MS,
): Promise<Younger | undefined> {
  const sockets = running.sockets()
  let younger = begin(sockets)
  const end = (): void => younger.end()
  stopping.addEventListener('abort', end)
  try {
    if (!(await younger.says('sound'))) {
      log.error(`the new process ${younger.fate()}; this one goes on as before`)
      return undefined
    }
    await running.letGo()
    while (!(await takes(younger)) && !stopping.aborted) {
      log.error(
        `the new process ${younger.fate()}; this one answers with what it knows, and tries again in ${againMs / 1000} s`,
      )
      await pause(againMs, undefined, { signal: stopping }).catch(() => undefined)
      if (!stopping.aborted) younger = begin(running.sockets())
    }
    if (stopping.aborted) return undefined
    younger.leave()
    log.info(`process ${younger.pid} answers; those who are connected here are answered to the end`)
    return younger
  } finally {
    stopping.removeEventListener('abort', end)
  }
}

async function takes(younger: Younger): Promise<boolean> {
  if (!(await younger.says('sound'))) return false
  younger.tell('yours')
  return younger.says('serving')
}

/** The same words as this process was started with: what stands there may be newer by now. */
function beginYounger(sockets: Inheritance): Younger {
  const named = [...sockets].flatMap(([name, fds]) => fds.map(fd => ({ name, fd })))
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, [VARIABLE]: JSON.stringify(named.map(({ name }) => name)) },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...named.map(({ fd }) => fd)],
  })
  return younger(child)
}

function younger(child: ChildProcess): Younger {
  const said = new Set<Word>()
  const waiting = new Set<() => void>()
  let fate: string | undefined
  const look = (): void => {
    for (const settle of waiting) settle()
  }
  child.on('message', word => {
    said.add(word as Word) // what take-over.ts says
    look()
  })
  child.once('error', error => {
    fate = `could not be started: ${error.message}`
    look()
  })
  child.once('exit', (code, signal) => {
    fate ??= `ended with ${code ?? signal}`
    look()
  })
  return {
    pid: child.pid,
    says: word =>
      new Promise(resolve => {
        const settle = (): void => {
          if (!said.has(word) && fate === undefined) return
          waiting.delete(settle)
          resolve(said.has(word))
        }
        waiting.add(settle)
        settle()
      }),
    tell: word => void (child.connected && child.send(word)),
    fate: () => fate ?? 'goes on',
    end: () => void child.kill('SIGTERM'),
    leave: () => child.unref(),
    makeWay: () => void child.kill('SIGUSR2'),
  }
}
