// The processor cores that this process may use, and how another process is held to some of them (taskset(1)).
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { findProgram } from './servers/servers.mjs'

/** Numbers of the cores, such as those of `0-3,8`. A container may have few, and not the first ones. */
export function readCores(list) {
  return list.split(',').flatMap(part => {
    const [first, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}

function allowed() {
  try {
    const [, list] = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return list === undefined ? [] : readCores(list)
  } catch {
    return [] // not on Linux
  }
}

const CORES = allowed()

export const coreCount = CORES.length

/** Whether servers and load can each have a core of their own. */
export const canPin = coreCount >= 2 && findProgram('taskset') !== undefined

/** The command that runs on the cores with these places in the list, counted from 0; anywhere where it cannot be held. */
export const pinned = (places, command, words) =>
  canPin ? ['taskset', ['-c', places.map(place => CORES[place]).join(','), command, ...words]] : [command, words]

/** Holds this process to the core with this place, from now on, where it can be held. */
export function holdTo(place) {
  if (canPin) execFileSync('taskset', ['-acp', String(CORES[place]), String(process.pid)], { stdio: 'ignore' })
}
