// A question to the person at the terminal, before something happens that clients notice.
import { createInterface } from 'node:readline/promises'
import type { Call, Option } from './verb.js'

export const ASK: Readonly<Record<string, Option>> = {
  yes: { type: 'boolean', short: 'y', help: 'do not show the consequence and ask, as is done at a terminal' },
}

/** Whether it is meant: the person said so, or nobody is there to be asked, or asking was ruled out. */
export async function isMeant(call: Call, consequence: () => Promise<readonly string[]>): Promise<boolean> {
  if (call.flag('yes') || call.flag('json') || !process.stdin.isTTY || !process.stderr.isTTY) return true
  for (const line of await consequence()) call.complain(line)
  // Standard error, so that standard output stays what the verb prints.
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await lines.question('Do it? [y/N] ').finally(() => lines.close())
  if (/^y(es)?$/i.test(answer.trim())) return true
  call.complain('nothing was done')
  return false
}
