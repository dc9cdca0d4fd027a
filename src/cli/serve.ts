// meridian serve: run a node until it is told to stop.
import { readFile } from 'node:fs/promises'
import { formatProblem } from '../control-plane/traffic/problem.js'
import { createLog } from '../log.js'
import { readSettings } from '../settings.js'
import { applyEnvironment } from './environment.js'
import { runNode, untilSignal } from './run-node.js'
import { EXIT, type Verb } from './verb.js'

export const serve: Verb = {
  usage: 'serve [--settings FILE]',
  summary: 'run a node: answer DNS, probe regions, serve the admin API',
  help: `
Runs a node with the settings in FILE (config/server.yaml unless told otherwise), which name the traffic document.
Logs JSON lines on standard output; --plain writes lines for people instead.

  meridian serve --settings /etc/meridian/server.yaml

SIGHUP looks at once whether the traffic document has changed (it is watched anyway). SIGTERM and SIGINT stop: nothing
new is accepted, what is in flight is answered.
MERIDIAN_DNS_PORT, MERIDIAN_ADMIN_PORT and MERIDIAN_STATE_DIR go before the settings; MERIDIAN_TOKEN is the admin token.`,
  options: {
    settings: { type: 'string', value: 'FILE', help: 'settings of this node (config/server.yaml)' },
    plain: { type: 'boolean', help: 'log lines for people' },
  },
  async run(call) {
    const file = call.text('settings') ?? 'config/server.yaml'
    const outcome = readSettings(await readFile(file, 'utf8'), file)
    if ('problems' in outcome) {
      for (const problem of outcome.problems) call.complain(formatProblem(problem))
      return EXIT.failed
    }
    const settings = applyEnvironment(outcome.settings)
    const log = createLog(settings.logLevel, call.flag('plain') ? 'plain' : 'json')
    const running = await runNode(settings, log)
    await untilSignal(running, log)
    return EXIT.done
  },
}
