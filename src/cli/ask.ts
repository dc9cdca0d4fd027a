// A question to the person at the terminal, before something happens that clients notice.
import { createInterface } from 'node:readline/promises'
import type { Call, Option } from './verb.js'

export const YES: Readonly<Record<string, Option>> = {
  yes: { type: 'boolean', short: 'y', help: 'do not show the consequence and ask, as is done at a terminal' },
}

/** Where somebody could answer. */
export interface Terminal {
  readonly isTTY: boolean
  ask(question: string): Promise<string>
}

/** Standard error, so that standard output stays what the verb prints. */
const TERMINAL: Terminal = {
  isTTY: process.stdin.isTTY === true && process.stderr.isTTY === true,
  async ask(question) {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    return lines.question(question).finally(() => lines.close())
  },
}

/** Whether it is meant: the person said so, or nobody is there to be asked, or asking was ruled out. */
export async function isMeant(
  call: Call,
  consequence: () => Promise<readonly string[]>,
  terminal: Terminal = TERMINAL,
): Promise<boolean> {
  if (call.flag('yes') || call.flag('json') || !terminal.isTTY) return true
  for (const line of await consequence()) call.complain(line)
  if (/^y(es)?$/i.test((await terminal.ask('Do it? [y/N] ')).trim())) return true
  call.complain('nothing was changed')
  return false
}
