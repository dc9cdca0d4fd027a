// The break-glass file of a node: watched, and taken as a whole or not at all.
import { readFile } from 'node:fs/promises'
import type { Audit } from '../control-plane/operate/audit.js'
import { readBreakGlass } from '../control-plane/operate/break-glass.js'
import type { Overrides } from '../control-plane/operate/overrides.js'
import { formatProblem } from '../control-plane/traffic/problem.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'
import { watchFile } from '../control-plane/traffic/watch-file.js'
import type { Log } from '../log.js'

/** What is in force is what the file says when this resolves. @returns what ends the watch */
export async function watchBreakGlass(
  path: string,
  { overrides, store, audit }: { readonly overrides: Overrides; readonly store: TrafficStore; readonly audit: Audit },
  log: Log,
): Promise<() => void> {
  let seen = ''
  const look = async (): Promise<void> => {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT')
        log.error({ err: error }, `${path} cannot be read; what it said before stays in force`)
      return error.code === 'ENOENT' ? '' : seen
    })
    if (text === seen) return
    seen = text
    const outcome = readBreakGlass(text, path, store.current().document.regions, Date.now())
    if ('problems' in outcome) {
      const sentences = outcome.problems.map(formatProblem)
      log.error(
        { problems: sentences },
        `${path} is refused, what it said before stays in force: ${sentences.join('; ')}`,
      )
      return
    }
    for (const warning of outcome.warnings) log.warn(formatProblem(warning))
    overrides.setFile(outcome.overrides)
    void audit.record({ actor: 'file', what: 'break-glass file', overrides: outcome.overrides })
    log.warn(
      { overrides: outcome.overrides },
      `${path} has ${outcome.overrides.length} words on regions, which are in force`,
    )
  }
  await look()
  return watchFile(path, () => void look())
}
