// The younger of two processes: it has the sockets of the elder from its birth, and its place when the elder has let go of
// the state (hand-over.ts). So nothing that waits in a socket is lost, and nobody else ever gets its port.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Inheritance } from '../data-plane/workers.js'
import type { Log } from '../log.js'

/** What the environment of the younger has: names of listeners, a name for each socket, in the order of their numbers. */
export const VARIABLE = 'MERIDIAN_HANDOVER'
/** Of the first socket; before it are the usual three, and the way between the two. */
export const FIRST_FD = 4

/** The younger says that nothing is against a start, and later that it answers; the elder, between the two, that it has let go. */
export type Word = 'sound' | 'yours' | 'serving'

export interface Elder {
  readonly inherited: Inheritance
  /** Says that nothing is against a start, and resolves when nobody else touches the state any more. */
  claim(): Promise<void>
  /** All that is in use answers. What is not in use of the sockets is closed. */
  serving(inUse: Inheritance, log: Log): Promise<void>
}

/** Whether this process was started to take another's place. */
export const takesOver = (environment: NodeJS.ProcessEnv = process.env): boolean => environment[VARIABLE] !== undefined

/** Whose place this process is to take; undefined where it was started as usual. */
export function elder(environment: NodeJS.ProcessEnv = process.env): Elder | undefined {
  const names = environment[VARIABLE]
  if (names === undefined) return undefined
  delete environment[VARIABLE]
  const inherited = inheritance(JSON.parse(names) as readonly string[]) // what hand-over.ts wrote
  return {
    inherited,
    async claim() {
      const yours = heard('yours')
      tell('sound')
      await yours
    },
    async serving(inUse, log) {
      const kept = new Set([...inUse.values()].flat())
      for (const fd of [...inherited.values()].flat()) if (!kept.has(fd)) closeSync(fd)
      await tellSupervisor(environment, log)
      tell('serving')
      if (process.connected) process.disconnect()
    },
  }
}

export function inheritance(names: readonly string[]): Inheritance {
  const sockets = new Map<string, number[]>()
  for (const [i, name] of names.entries()) sockets.set(name, [...(sockets.get(name) ?? []), FIRST_FD + i])
  return sockets
}

const tell = (word: Word): void => {
  if (process.connected) process.send?.(word)
}

/** An elder that is gone has let go as well: what it wrote last is on the disk. */
async function heard(word: Word): Promise<void> {
  const gone = process.connected ? once(process, 'disconnect') : Promise.resolve()
  await Promise.race([gone, once(process, 'message').then(([said]) => said === word)])
}

/** systemd takes the process that it started for the service, until it is told of another (man sd_notify, MAINPID). */
async function tellSupervisor({ NOTIFY_SOCKET: socket }: NodeJS.ProcessEnv, log: Log): Promise<void> {
  if (socket === undefined) return
  try {
    await promisify(execFile)('systemd-notify', [`MAINPID=${process.pid}`], { timeout: 5000 })
  } catch (err) {
    log.warn({ err }, 'systemd was not told of the new process')
  }
}
