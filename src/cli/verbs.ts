// Every verb, in the order in which the help lists them. A new one is a file and a line here.
import type { Verbs } from './completion.js'
import type { Verb } from './verb.js'

/** Each is loaded when it is asked for: one that asks a server a question does not wait for all that it takes to be one. */
export const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  serve: async () => (await import('./serve.js')).serve,
  demo: async () => (await import('./demo.js')).demo,
  check: async () => (await import('./check.js')).check,
  explain: async () => (await import('./explain-verb.js')).explain,
  health: async () => (await import('./health-verb.js')).health,
  'health-gate': async () => (await import('./health-gate-verb.js')).healthGate,
  incident: async () => (await import('./incident-verb.js')).incident,
  region: async () => (await import('./region-verb.js')).region,
  override: async () => (await import('./override-verb.js')).override,
  latency: async () => (await import('./latency-verb.js')).latency,
  geo: async () => (await import('./geo-verb.js')).geo,
  safety: async () => (await import('./safety-verb.js')).safety,
  fact: async () => (await import('./fact-verb.js')).fact,
  drill: async () => (await import('./drill-verb.js')).drill,
  get: async () => (await import('./get-verb.js')).get,
  put: async () => (await import('./put-verb.js')).put,
  delete: async () => (await import('./delete-verb.js')).deleteVerb,
  apply: async () => (await import('./apply-verb.js')).apply,
  diff: async () => (await import('./diff-verb.js')).diff,
  history: async () => (await import('./history-verb.js')).history,
  import: async () => (await import('./import-verb.js')).importVerb,
  rollback: async () => (await import('./rollback-verb.js')).rollback,
  export: async () => (await import('./export-verb.js')).exportVerb,
  fleet: async () => (await import('./fleet-verb.js')).fleet,
  token: async () => (await import('./token-verb.js')).token,
  audit: async () => (await import('./audit-verb.js')).audit,
  top: async () => (await import('./top-verb.js')).top,
  doctor: async () => (await import('./doctor-verb.js')).doctor,
  zone: async () => (await import('./zone.js')).zone,
  dnssec: async () => (await import('./dnssec-verb.js')).dnssec,
  context: async () => (await import('./context-verb.js')).context,
  completion: async () => (await import('./completion-verb.js')).completionOf(allVerbs),
}

export async function allVerbs(): Promise<Verbs> {
  const verbs: Record<string, Verb> = {}
  for (const [name, load] of Object.entries(VERBS)) verbs[name] = await load()
  return verbs
}
