// meridian check: is this document, and are these settings, fit to be served?
import { formatProblem, type Problem } from '../control-plane/traffic/problem.js'
import { readSettings } from '../settings.js'
import { readDocument, readNamed } from './read-document.js'
import { EXIT, type Verb } from './verb.js'

export const check: Verb = {
  usage: 'check [FILE] [--settings FILE]',
  summary: 'check a traffic document, or a node’s settings, without serving it',
  help: `
Reads a traffic document (config/traffic.yaml unless told otherwise) as the server would, and lists everything that is
wrong with it: file, line, column, what was expected, and what was probably meant. The files that it names are read as
well; what is odd in them and does no harm is a warning.
With --settings it reads a node's settings and the traffic document that they name; that of a fleet is in etcd.

  meridian check config/traffic.yaml
  meridian check --settings /etc/meridian/server.yaml

Exits with 0 if the server would serve it, with 1 if it would refuse it.`,
  options: {
    settings: { type: 'string', value: 'FILE', help: 'check these settings and the document that they name' },
  },
  async run(call) {
    const settingsFile = call.text('settings')
    const problems: Problem[] = []
    let summary = ''
    let file = call.words[0]
    if (settingsFile !== undefined) {
      const outcome = readSettings(await readNamed(settingsFile), settingsFile)
      if ('problems' in outcome) problems.push(...outcome.problems)
      // In a fleet the document is in etcd, and was checked by whoever brought it.
      else if (outcome.settings.fleet === undefined) file ??= outcome.settings.traffic
      else if (file === undefined) summary = `${settingsFile} is sound; the document is in etcd`
    }
    if (settingsFile === undefined || file !== undefined) {
      const path = file ?? 'config/traffic.yaml'
      const outcome = await readDocument(path)
      if ('problems' in outcome) problems.push(...outcome.problems)
      else {
        const { zones, regions } = outcome.document
        for (const warning of outcome.warnings) call.complain(`warning: ${formatProblem(warning)}`)
        summary = `${path} is sound: ${count(zones.size, 'zone')}, ${count(regions.size, 'region')}`
      }
    }
    if (call.flag('json')) call.print(JSON.stringify({ sound: problems.length === 0, problems }, null, 2))
    else if (problems.length === 0) call.print(summary)
    else for (const problem of problems) call.complain(formatProblem(problem))
    return problems.length === 0 ? EXIT.done : EXIT.failed
  },
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
