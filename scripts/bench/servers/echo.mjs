// The floor: a C program that only sends back what it receives.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('../echo.c', import.meta.url))

export const echo = {
  name: 'echo',
  program: 'cc',
  answers: ['static', 'geo', 'geo-ecs', 'nxdomain'],
  /** Its replies are the queries. */
  echoes: true,

  configure(folder, { port }) {
    const command = join(folder, 'echo')
    execFileSync('cc', ['-O2', '-o', command, SOURCE])
    return { command, words: [String(port)] }
  },
}
