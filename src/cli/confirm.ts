// Before traffic is moved by a person at a terminal: the consequence, and the question whether it is meant.
import { createInterface } from 'node:readline/promises'
import type { Simulation } from '../control-plane/admin/api.js'
import type { ApiClient } from './client.js'
import { formatConsequence } from './consequence.js'
import type { Call, Option } from './verb.js'

export const YES: Readonly<Record<string, Option>> = {
  yes: { type: 'boolean', short: 'y', help: 'do not show the consequence and ask, as is done at a terminal' },
}

/** What of regions would change, as /v1/simulate takes it. */
export interface Wish {
  readonly disable?: readonly string[]
  readonly enable?: readonly string[]
  readonly down?: readonly string[]
  readonly up?: readonly string[]
  readonly drain?: Readonly<Record<string, number>>
}

/** Where somebody could answer. */
export interface Terminal {
  readonly isTTY: boolean
  ask(question: string): Promise<string>
}

/** Standard error, so that standard output stays what the verb prints. */
export const TERMINAL: Terminal = {
  isTTY: process.stdin.isTTY === true && process.stderr.isTTY === true,
  async ask(question) {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return await lines.question(question)
    } finally {
      lines.close()
    }
  },
}

/** True where it is to be done: it was confirmed, or nobody is there to be asked, or asking was ruled out. */
export async function confirmed(
  api: ApiClient,
  call: Call,
  wish: Wish,
  terminal: Terminal = TERMINAL,
): Promise<boolean> {
  if (call.flag('yes') || call.flag('json') || !terminal.isTTY) return true
  const simulation = (await api.post('/v1/simulate', wish)) as Simulation // from a server of this release
  for (const line of formatConsequence(simulation)) call.complain(`  ${line}`)
  const answer = (await terminal.ask('Do it? [y/N] ')).trim().toLowerCase()
  if (answer === 'y' || answer === 'yes') return true
  call.complain('nothing was changed')
  return false
}
