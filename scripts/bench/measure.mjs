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
export const cpu = pids => schedstat(pids, 0)

/** How long each thread could have run and had no core, ns: others had it. */
export const waited = pids => schedstat(pids, 1)

function schedstat(pids, field) {
  const times = new Map()
  for (const pid of pids) {
    for (const tid of threads(pid)) {
      const ns = read(`/proc/${pid}/task/${tid}/schedstat`).split(' ')[field]
      if (ns) times.set(tid, Number(ns))
    }
  }
  return times
}

/** How long the cores of a virtual machine could have run and were not let, all together, ms: its host was busy otherwise. */
export const stolenMs = () => Number(/^cpu +(?:\d+ +){7}(\d+)/m.exec(read('/proc/stat'))?.[1] ?? 0) * 10

/** What passed between two readings of `cpu` or `waited`, µs. A thread that ended in between counts as far as the first reading saw it. */
export function between(before, after) {
  let ns = 0
  for (const [tid, used] of after) ns += used - (before.get(tid) ?? 0)
  return ns / 1000
}

/** The thread that had most of the CPU time between two readings. */
export function busiest(before, after) {
  const gain = ([tid, used]) => used - (before.get(tid) ?? 0)
  return [...after].reduce((most, one) => (gain(one) > gain(most) ? one : most), ['', 0])[0]
}

/** Resident memory of the processes, MB; pages that they share count once for each. */
export function residentMb(pids) {
  const kb = pids.map(pid => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0))
  return kb.reduce((sum, one) => sum + one, 0) / 1024
}

/** CPU time of a process since its birth, ms, threads that have ended included; the clock that counts it goes in steps of ten. */
export function lifeMs(pid) {
  const [user, system] = read(`/proc/${pid}/stat`).split(') ').at(-1).split(' ').slice(11, 13).map(Number)
  return { all: (user + system) * 10, kernel: system * 10 }
}

/** Resident memory of a process that lies in no file, MB. */
export const anonymousMb = pid =>
  Number(/^Anonymous:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024
