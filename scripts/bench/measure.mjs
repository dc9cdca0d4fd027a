// What a process and its children have used, from /proc (man 5 proc): CPU time by thread in nanoseconds, and memory.
import { readdirSync, readFileSync } from 'node:fs'

/** The process and all that descend from it. */
export function family(pid) {
  return [
    pid,
    ...threads(pid)
      .flatMap(tid => childrenOf(pid, tid))
      .flatMap(family),
  ]
}

const childrenOf = (pid, tid) => (read(`/proc/${pid}/task/${tid}/children`).match(/\d+/g) ?? []).map(Number)

function threads(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return [] // it has ended
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // it has ended
  }
}

/** CPU time of each thread of the processes, ns: user and system, as the scheduler counts it. */
export function cpu(pids) {
  const used = new Map()
  for (const pid of pids) {
    for (const tid of threads(pid)) {
      const [ns] = read(`/proc/${pid}/task/${tid}/schedstat`).split(' ')
      if (ns) used.set(tid, Number(ns))
    }
  }
  return used
}

/** CPU time between two readings, µs. A thread that ended in between counts as far as the first reading saw it. */
export function cpuBetween(before, after) {
  let ns = 0
  for (const [tid, used] of after) ns += used - (before.get(tid) ?? 0)
  return ns / 1000
}

/** Resident memory of the processes, MB; pages that they share count once for each. */
export function residentMb(pids) {
  const kb = pids.map(pid => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0))
  return kb.reduce((sum, one) => sum + one, 0) / 1024
}
