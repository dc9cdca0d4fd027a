// The break-glass file: words on regions for when the API cannot be reached. Read as a whole, or not at all.
import type { Region } from '../traffic/document/region.js'
import { isMap } from '../traffic/edit-value.js'
import { type Finding, toProblems } from '../traffic/finding.js'
import type { Problem } from '../traffic/problem.js'
import { nearest } from '../traffic/suggest.js'
import { readYaml } from '../traffic/yaml.js'
import type { Override } from './override.js'
import { targetProblems } from './override-wish.js'

export type ReadBreakGlass =
  | { readonly overrides: readonly Override[]; readonly warnings: readonly Problem[] }
  | { readonly problems: readonly Problem[] }

const KEYS = ['state', 'reason', 'by', 'until']
const WORD = /^(up|down|observe|drain ([0-9]{1,3})\s*%)$/

/**
 * `us-west: down`, `192.0.2.7: down`, `us-east: observe`, `"eu-*": drain 50%`, or a map with `state`, and if wanted `reason`, `by` and `until`. Later lines win.
 * @param now epoch ms
 */
export function readBreakGlass(
  text: string,
  file: string,
  regions: ReadonlyMap<string, Region>,
  now: number,
): ReadBreakGlass {
  const { value, locate, problems } = readYaml(text, file)
  if (problems.length > 0) return { problems }
  if (value === null) return { overrides: [], warnings: [] }
  if (!isMap(value)) {
    const finding = { path: [], message: 'is not a map from regions to down, up, observe or drain N%' }
    return { problems: toProblems([finding], locate) }
  }
  const findings: Finding[] = []
  const warnings: Finding[] = []
  const overrides = Object.entries(value).flatMap(([target, written], i): readonly Override[] => {
    for (const { message, suggestion } of targetProblems(target, regions))
      warnings.push({ path: [target], part: 'key', message, suggestion })
    const read = readEntry(written, [target], findings)
    if (read === undefined) return []
    // The order of the file is the order of the words.
    return [{ id: `file-${i + 1}`, targets: [target], createdAt: now, origin: 'file', ...read }]
  })
  if (findings.length > 0) return { problems: toProblems(findings, locate) }
  return { overrides, warnings: toProblems(warnings, locate) }
}

type Entry = Pick<Override, 'state' | 'drain' | 'reason' | 'actor' | 'expiresAt'>

function readEntry(written: unknown, path: readonly string[], findings: Finding[]): Entry | undefined {
  const entry: Readonly<Record<string, unknown>> = isMap(written) ? written : { state: written }
  const before = findings.length
  for (const key of Object.keys(entry).filter(key => !KEYS.includes(key)))
    findings.push({
      path: [...path, key],
      part: 'key',
      message: `unknown key "${key}"`,
      suggestion: nearest(key, KEYS),
    })
  const word = WORD.exec(typeof entry['state'] === 'string' ? entry['state'].trim() : '')
  const percent = Number(word?.[2] ?? 0)
  if (word === null || (word[2] !== undefined && (percent < 1 || percent > 100)))
    findings.push({
      path: isMap(written) ? [...path, 'state'] : path,
      message: `${JSON.stringify(entry['state'] ?? null)} is not up, down, observe, or drain with 1 to 100 %, such as drain 50%`,
    })
  const until = entry['until'] === undefined ? undefined : Date.parse(String(entry['until']))
  if (until !== undefined && Number.isNaN(until))
    findings.push({
      path: [...path, 'until'],
      message: `"${String(entry['until'])}" is not a time, such as 2026-03-01T09:30:00Z`,
    })
  if (findings.length > before || word === null) return undefined
  return {
    state: word[1]!.startsWith('drain') ? 'drain' : (word[1] as 'up' | 'down' | 'observe'), // the pattern has no others
    drain: percent,
    reason: typeof entry['reason'] === 'string' ? entry['reason'] : 'break-glass file',
    actor: typeof entry['by'] === 'string' ? entry['by'] : 'file',
    ...(until === undefined ? {} : { expiresAt: until }),
  }
}
