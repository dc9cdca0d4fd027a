// Two documents beside each other: that they answer alike, or that it is told where they do not.
import { expect } from 'vitest'
import { endpoints } from '../../../src/control-plane/health/endpoints.js'
import type { Finding } from '../../../src/control-plane/migrate/draft.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { readDocument } from '../../world.js'
import { allAnswers, differences } from './behaviour.js'
import { CLASSES } from './random-document.js'

/** How often a property is tried: the same documents every time, or as many others as somebody asks for. */
export const RUNS =
  process.env['MERIDIAN_RUNS'] === undefined
    ? { numRuns: 15, seed: 20_261_130 }
    : { numRuns: Number(process.env['MERIDIAN_RUNS']) }

/** Half of the same documents, for what takes twice as long; as many as somebody asks for. */
export const FEW = 'seed' in RUNS ? { ...RUNS, numRuns: 8 } : RUNS

/** Every set of the addresses of a document that can be down; those of one region go together. */
function downSets({ regions }: TrafficDocument): readonly ReadonlySet<string>[] {
  const all = [...regions.values()]
    .filter(({ checks }) => checks.length > 0)
    .map(region => endpoints(region).map(({ canonical }) => canonical))
  return Array.from({ length: 2 ** all.length }, (_, set) => new Set(all.filter((_, i) => (set >> i) & 1).flat()))
}

/** `name TYPE` of what any client gets otherwise, with an example. */
export function differing(
  one: TrafficDocument,
  other: TrafficDocument,
  downOf: TrafficDocument,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const [ask, askOther] = [allAnswers(one), allAnswers(other)]
  for (const down of downSets(downOf)) {
    const [our, their] = [ask(down), askOther(down)]
    for (const client of CLASSES) {
      const [ours, theirs] = [our(client), their(client)]
      for (const key of differences(ours, theirs))
        if (!found.has(key))
          found.set(key, `${JSON.stringify(client)}, down: ${[...down].join()}: ${ours.get(key)} / ${theirs.get(key)}`)
    }
  }
  return found
}

export function expectSame(before: string, after: string): void {
  const one = readDocument(before)
  expect([...differing(one, readDocument(after), one)], after).toEqual([])
}

/** Names, without their final dot, of which something is told; what is told of a region or a check is about all names that have it. */
export function expectToldDifferences(before: string, after: string, findings: readonly Finding[]): void {
  const one = readDocument(before)
  const told = findings.map(({ where }) => where.replace(/\.? .*$|\.$/, ''))
  for (const [key, example] of differing(one, readDocument(after), one))
    expect(told, `${key}: ${example}\n${JSON.stringify(findings, null, 1)}\n${after}`).toContain(
      key.replace(/\. .*$/, ''),
    )
}
