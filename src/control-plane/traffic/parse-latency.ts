// Latency tables as documents have them: from CSV files (a header, then one line for each client set and region), or learned.
import { readClientKey } from '../geo/client-key.js'
import type { LatencyTable, LatencyTables, LearnedSpec } from '../geo/latency-table.js'
import type { Report } from './finding.js'
import { readMilliseconds } from './parse-duration.js'
import type { Path } from './path.js'
import type { WrittenTraffic } from './schema.js'
import type { Sound } from './shape.js'
import { nearest } from './suggest.js'
import type { NamedText, ReadText } from './watched-texts.js'

type Written = Sound<NonNullable<WrittenTraffic['latency']>>

/** How the gate comes by the files of tables, and what becomes of what is odd in them. */
export interface TableSource {
  readonly read: ReadText | undefined
  readonly warn: Report
}

export function parseTables(
  written: Written,
  regions: ReadonlySet<string>,
  { read, warn }: TableSource,
  report: Report,
): LatencyTables {
  const tables = new Map<string, LatencyTable>()
  for (const [name, table] of Object.entries(written)) {
    if (table === undefined) continue
    const path = ['latency', name]
    const { file, refuse = {} } = table
    const learned = table.learned && readLearned(table.learned, [...path, 'learned'], report)
    if (file === undefined && learned === undefined)
      report({ path, message: 'a latency table has a file, or is learned, or both' })
    const about = {
      ...(file === undefined ? {} : { file }),
      ...(learned === undefined ? {} : { learned }),
      refuse: { dropped: share(refuse.dropped ?? '20%'), moved: share(refuse.moved ?? '20%') },
    }
    // So that a policy may name it: what is wrong with the file is said once.
    tables.set(name, { digest: '', rows: new Map(), ...about })
    if (file === undefined) continue
    if (read === undefined) report({ path: [...path, 'file'], message: 'latency tables cannot be read here' })
    else
      try {
        tables.set(name, { ...parseTable(read(file), regions, [...path, 'file'], warn, report), ...about })
      } catch (error) {
        report({ path: [...path, 'file'], message: error instanceof Error ? error.message : String(error) })
      }
  }
  return tables
}

const share = (text: string): number => Number.parseFloat(text) / 100

/** More often than this nobody's answers should change. */
const LEAST_REFRESH_MS = 1000

function readLearned(
  written: NonNullable<NonNullable<Written[string]>['learned']>,
  path: Path,
  report: Report,
): LearnedSpec {
  const { 'minimum-samples': minimumSamples = 20, networks = 100_000, expire, refresh } = written
  return {
    minimumSamples,
    networks,
    expireMs: readMilliseconds(expire, 7 * 86_400_000, 60_000, [...path, 'expire'], report),
    refreshMs: readMilliseconds(refresh, 60_000, LEAST_REFRESH_MS, [...path, 'refresh'], report),
  }
}

const HEADER = ['client', 'region', 'ms']

/** More would say nothing new. */
const MOST_PROBLEMS = 20

/** Reads the text of a table; also for one that is not in a document yet. */
export function parseTable(
  { text, file, digest }: NamedText,
  regions: ReadonlySet<string>,
  path: Path,
  warn: Report,
  report: Report,
): Pick<LatencyTable, 'digest' | 'rows'> {
  const rows = new Map<string, Map<string, number>>()
  const strangers = new Set<string>()
  let problems = 0
  let header = false
  const headless = `the first line must be "${HEADER.join()}"`
  for (const [i, line] of text.split('\n').entries()) {
    const cells = line.split(',').map(cell => cell.trim())
    if (line.trim() === '' || line.startsWith('#')) continue
    const fault = (column: number, message: string, suggestion?: string): void => {
      if (problems++ < MOST_PROBLEMS) report({ path, message, suggestion, at: { file, line: i + 1, column } })
    }
    if (!header) {
      header = true
      if (cells.join() === HEADER.join()) continue
      fault(1, headless)
    }
    const [client = '', region = '', ms = ''] = cells
    const columns = [1, line.indexOf(',') + 2, line.lastIndexOf(',') + 2] as const
    if (cells.length !== HEADER.length) {
      fault(1, `${cells.length} columns; ${HEADER.length} are expected: ${HEADER.join()}`)
      continue
    }
    const key = readClientKey(client)
    const value = Number(ms)
    if ('fault' in key) fault(columns[0], key.fault)
    else if (!/^[0-9]+([.][0-9]+)?$/.test(ms)) fault(columns[2], `"${ms}" is not a number of milliseconds`)
    else if (!regions.has(region)) {
      const at = { file, line: i + 1, column: columns[1] }
      if (!strangers.has(region))
        warn({
          path,
          message: `no region is named "${region}"; its rows are not used`,
          suggestion: nearest(region, regions),
          at,
        })
      strangers.add(region)
    } else {
      const row = rows.get(key.key) ?? new Map<string, number>()
      if (row.has(region)) fault(columns[1], `the latency of ${region} for ${key.key} is already there`)
      rows.set(key.key, row.set(region, value))
    }
  }
  // Such as one that is being written: it has no rows because it has nothing yet.
  if (!header) report({ path, message: headless, at: { file, line: 1, column: 1 } })
  return { digest, rows }
}
