// From checks as written to checks with every default filled in.
import { formatAddress, parseAddress } from '../../dns/address.js'
import type { CheckSpec, DampingSpec, ProbedCheckSpec } from './document/check.js'
import { formatDuration } from './duration.js'
import type { Report } from './finding.js'
import { parseCalculated } from './parse-calculated.js'
import { parseByType } from './parse-check-type.js'
import { readMilliseconds } from './parse-duration.js'
import { readVotes } from './parse-votes.js'
import type { Path } from './path.js'
import type { WrittenCalculated, WrittenCheck, WrittenProbed } from './schema-check.js'
import type { Sound } from './shape.js'

type Written = Sound<WrittenProbed>

const INTERVAL = 10_000
const TIMEOUT = 4_000
const WINDOW = 20
const DAMPING = { halfLife: 300_000, suppress: 3, reuse: 1, hold: 1_800_000 }

export function parseCheck(id: string, any: Sound<WrittenCheck>, path: Path, report: Report): CheckSpec {
  return any.type === 'calculated'
    ? parseCalculated(id, any as Sound<WrittenCalculated>) // the schema has seen to it
    : parseProbed(id, any as Written, path, report)
}

function parseProbed(id: string, written: Written, path: Path, report: Report): ProbedCheckSpec {
  const intervalMs = readMilliseconds(written.interval, INTERVAL, 1000, [...path, 'interval'], report)
  const timeoutMs = readMilliseconds(written.timeout, TIMEOUT, 1, [...path, 'timeout'], report)
  if (timeoutMs >= intervalMs) report(tooPatient(timeoutMs, intervalMs, written.timeout !== undefined, path))
  // What somebody says needs no second opinion.
  const [fall, rise] = written.type === 'push' || written.type === 'passive' ? [1, 1] : [3, 2]
  const common = {
    id,
    ...readAddress(written.address, [...path, 'address'], report),
    intervalMs,
    timeoutMs,
    ...readConfirm(written.confirm, intervalMs, [...path, 'confirm'], report),
    fall: written.fall ?? fall,
    rise: written.rise ?? rise,
    ...(written.steady === undefined ? {} : { steady: written.steady }),
    ...readDamping(written.damping, [...path, 'damping'], report),
    ...readLatency(written, timeoutMs, path, report),
    ...(written.observe === true ? { observe: true } : {}),
    ...(written.inverted === true ? { inverted: true } : {}),
    ...(written.enabled === false ? { enabled: false } : {}),
    ...readVotes(written.votes, [...path, 'votes'], report),
  }
  return parseByType(written, common, path, report)
}

function readConfirm(
  confirm: Written['confirm'],
  intervalMs: number,
  path: Path,
  report: Report,
): Pick<ProbedCheckSpec, 'confirmMs'> {
  if (confirm === undefined) return {}
  const confirmMs = readMilliseconds(confirm, intervalMs, 100, path, report)
  if (confirmMs > intervalMs)
    report({ path, message: `must not be longer than the interval, ${formatDuration(intervalMs)}` })
  return { confirmMs }
}

function readAddress(text: string | undefined, path: Path, report: Report): { readonly address?: string } {
  if (text === undefined) return {}
  const bytes = parseAddress(text)
  if (bytes === undefined) report({ path, message: `"${text}" is not an IP address` })
  return { address: bytes === undefined ? text : formatAddress(bytes) }
}

function readDamping(written: Written['damping'], path: Path, report: Report): { readonly damping?: DampingSpec } {
  if (written === undefined) return {}
  const { suppress = DAMPING.suppress, reuse = DAMPING.reuse } = written
  if (reuse >= suppress)
    report({ path: [...path, 'reuse'], message: `${reuse} must be less than suppress, which is ${suppress}` })
  return {
    damping: {
      halfLifeMs: readMilliseconds(written['half-life'], DAMPING.halfLife, 1000, [...path, 'half-life'], report),
      suppress,
      reuse,
      holdMs: readMilliseconds(written.hold, DAMPING.hold, 1000, [...path, 'hold'], report),
    },
  }
}

function readLatency(
  written: Written,
  timeoutMs: number,
  path: Path,
  report: Report,
): Pick<ProbedCheckSpec, 'latency'> {
  const { 'max-latency': limit, 'latency-window': window = WINDOW } = written
  if (limit === undefined) {
    if (written['latency-window'] !== undefined)
      report({ path: [...path, 'latency-window'], part: 'key', message: 'needs max-latency beside it' })
    return {}
  }
  const at = [...path, 'max-latency']
  const limitMs = readMilliseconds(limit, timeoutMs, 1, at, report)
  if (limitMs >= timeoutMs)
    report({
      path: at,
      message: `must be less than the timeout, ${formatDuration(timeoutMs)}, or it never says anything`,
    })
  return { latency: { limitMs, window } }
}

function tooPatient(timeoutMs: number, intervalMs: number, timeoutWritten: boolean, path: Path) {
  const [timeout, interval] = [formatDuration(timeoutMs), formatDuration(intervalMs)]
  return timeoutWritten
    ? { path: [...path, 'timeout'], message: `the timeout, ${timeout}, must be shorter than the interval, ${interval}` }
    : {
        path: [...path, 'interval'],
        message: `the interval, ${interval}, must be longer than the timeout, which is ${timeout} unless written`,
      }
}
