// The scripts that prove what the project claims, run in their short forms as a person would run them.
import { fileURLToPath } from 'node:url'
import { run } from './program.js'

export interface Proof {
  readonly holds: boolean
  readonly figures: Readonly<Record<string, number | string>>
  /** By sentence, whether it holds. */
  readonly claims: Readonly<Record<string, boolean>>
}

/** @throws Error with what it says where it ends without a verdict */
export async function prove(name: string, ...words: readonly string[]): Promise<Proof> {
  const script = fileURLToPath(new URL(`../../scripts/proofs/${name}.mjs`, import.meta.url))
  const { stdout, stderr } = await run(process.execPath, [script, '--json', ...words])
  const verdict = stdout.split('\n').find(line => line.startsWith('{'))
  if (verdict === undefined) throw new Error(`${name} came to no verdict: ${stdout}${stderr}`)
  return JSON.parse(verdict) as Proof // what scripts/proofs/verdict.mjs writes
}

/** The claims that do not hold, with the figures where there are any: empty is good, and anything else tells the whole story. */
export function broken({ claims, figures }: Proof): object {
  const failed = Object.entries(claims).flatMap(([sentence, held]) => (held ? [] : [sentence]))
  return failed.length === 0 ? {} : { failed, figures }
}
