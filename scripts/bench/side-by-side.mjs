// All servers, one after the other, round after round: so a machine that gets slower gets slower for all of them.
import { jobFor } from './generator.mjs'
import { answersTo, KINDS } from './kinds.mjs'
import { family, residentMb } from './measure.mjs'
import { startServer } from './start.mjs'
import { BASE } from './world.mjs'

const LATENCY_SECONDS = 1

/** Rows for the chosen kinds of questions, and the memory of each server after them. */
export async function sideBySide({ servers, chosen, generator, database, rounds, seconds, warmSeconds, say, note }) {
  const names = Object.keys(KINDS).filter(name => chosen.has(name))
  const taking = servers.filter(server => names.some(name => answersTo(server, name)))
  const running = []
  const results = new Map(names.flatMap(name => taking.map(server => [key(name, server), []])))
  try {
    for (const server of taking) {
      try {
        running.push(await startServer(server, { database, zone: BASE, workers: 1 }))
      } catch (error) {
        if (server.name === 'meridian') throw error
        note(`left out: ${error.message}`)
      }
    }
    for (let round = 1; round <= rounds; round++) {
      for (const name of names) {
        for (const one of running.filter(({ server }) => answersTo(server, name))) {
          const { load, kind, apart } = KINDS[name]
          const result = await generator.run(jobFor(one, load, kind, { apart, seconds, warmSeconds }))
          results.get(key(name, one.server)).push(result)
        }
      }
      say(`round ${round} of ${rounds} is done`)
    }
    const rows = []
    for (const name of names) {
      for (const one of running.filter(({ server }) => answersTo(server, name))) {
        rows.push(await rowOf(name, one, results.get(key(name, one.server)), generator))
      }
    }
    const memory = running.map(({ server, pid }) => ({
      case: 'memory',
      server: server.name,
      what: 'resident, this zone, one worker',
      value: residentMb(family(pid)),
      unit: 'MB',
    }))
    return { rows, measures: memory }
  } finally {
    for (const one of running) await one.stop()
  }
}

const key = (name, server) => `${name} ${server.name}`

/** Latency over UDP is taken at half of the rate that the server has just shown. */
async function rowOf(name, one, rounds, generator) {
  const { load, kind } = KINDS[name]
  const row = summarize(name, one.server.name, rounds)
  if (load === 'tcp' || KINDS[name].apart) return row
  const timing = { seconds: LATENCY_SECONDS, warmSeconds: 0.2, rate: row.qps / 2 }
  const { p50_us, p99_us, p999_us, wrong, lost } = await generator.run(jobFor(one, 'open', kind, timing))
  return { ...row, p50_us, p99_us, p999_us, wrong: row.wrong + wrong, latency_lost: lost }
}

/** One row out of several rounds: medians of what was timed, sums of what went wrong. */
export function summarize(name, server, rounds) {
  const middle = of => median(rounds.map(of))
  const sum = of => rounds.reduce((total, round) => total + of(round), 0)
  return {
    case: name,
    server,
    cpu_us_per_answer: middle(round => round.cpuUs),
    qps: middle(round => round.qps),
    // A rate that was set says nothing of a limit.
    busy: rounds.some(round => round.rate !== undefined) ? undefined : middle(round => round.busy),
    p50_us: middle(round => round.p50_us),
    p99_us: middle(round => round.p99_us),
    p999_us: middle(round => round.p999_us),
    answered: sum(round => round.answered),
    wrong: sum(round => round.wrong),
    lost: sum(round => round.lost),
    addresses: Math.max(...rounds.map(round => round.addresses)),
  }
}

/** Undefined where a value is. */
export function median(values) {
  if (values.length === 0 || values.includes(undefined)) return undefined
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
