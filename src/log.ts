// The log: JSON lines for machines (pino), or plain lines for a person who watches a terminal.
import { type Logger, pino } from 'pino'

export type Log = Logger

/** @param style `json` for collectors; `plain` for people */
export function createLog(level: string, style: 'json' | 'plain'): Log {
  const options = { level, base: {}, timestamp: pino.stdTimeFunctions.isoTime }
  return style === 'json' ? pino(options) : pino(options, { write: line => void process.stdout.write(plainLine(line)) })
}

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

/** `09:30:05 warn  ap-northeast 127.0.1.4 is down: status 503, expected 200-299` */
export function plainLine(json: string): string {
  const { time, level, msg, err } = JSON.parse(json) as LogLine // what pino wrote a moment ago
  const error = err?.message === undefined ? '' : `: ${err.message}`
  return `${time.slice(11, 19)} ${(LEVELS[level] ?? String(level)).padEnd(5)} ${msg}${error}\n`
}

interface LogLine {
  readonly time: string
  readonly level: number
  readonly msg: string
  readonly err?: { readonly message?: string }
}
