// meridian serve: run a node until it is told to stop.
import { readFile } from 'node:fs/promises'
import { formatProblem, type Problem } from '../control-plane/traffic/problem.js'
import { createLog } from '../log.js'
import type { Sources } from '../node/node.js'
import { startSparingly } from '../node/start-sparingly.js'
import { readSettings, type Settings } from '../settings.js'
import { type Endpoint, parseEndpoint } from '../settings-endpoint.js'
import { passSignals } from './early-signals.js'
import { applyEnvironment } from './environment.js'
import { readDocument } from './read-document.js'
import { runBareNode, runNode, untilSignal } from './run-node.js'
import { readZoneOptions, withTemporaryState, zoneSources } from './serve-zones.js'
import { elder, takesOver } from './take-over.js'
import { type Call, EXIT, type Exit, UsageError, type Verb } from './verb.js'

const SETTINGS_FILE = 'config/server.yaml'

export const serve: Verb = {
  usage: 'serve [--settings FILE] [--zone ORIGIN=FILE]... [--listen ADDRESS:PORT]... [--no-admin]',
  summary: 'run a node: answer DNS, probe regions, serve the admin API',
  help: `
Runs a node with the settings in FILE (config/server.yaml unless told otherwise), which name the traffic document.
Logs JSON lines on standard output; --plain writes lines for people instead.

  meridian serve --settings /etc/meridian/server.yaml

With --zone it serves plain zone files (RFC 1035 §5) in place of a traffic document, and needs no other configuration.
The files are watched; one that is broken leaves its zone as it was. Settings are then read only where --settings names
them, and state is kept in a temporary folder unless they or MERIDIAN_STATE_DIR name one.

  meridian serve --zone example.com=example.com.zone --listen 127.0.0.1:5300 --listen '[::1]:5300' --no-admin

SIGHUP looks at once whether the traffic document has changed (it is watched anyway). SIGUSR2 starts another process, of the
program and the settings that are there by then, which takes this one's sockets and its place: no query is lost. SIGTERM and SIGINT stop: nothing
new is accepted, what is in flight is answered.
MERIDIAN_DNS_PORT, MERIDIAN_ADMIN_PORT, MERIDIAN_STATE_DIR and MERIDIAN_UDP go before the settings; MERIDIAN_TOKEN is the admin token.`,
  options: {
    settings: { type: 'string', value: 'FILE', help: 'settings of this node (config/server.yaml)' },
    zone: { type: 'string', value: 'ORIGIN=FILE', multiple: true, help: 'serve this zone file; may be repeated' },
    listen: {
      type: 'string',
      value: 'ADDRESS:PORT',
      multiple: true,
      help: 'answer here, in place of what the settings say; may be repeated',
    },
    'no-admin': { type: 'boolean', help: 'no admin API' },
    plain: { type: 'boolean', help: 'log lines for people' },
  },
  async run(call) {
    if (call.words.length > 0) throw new UsageError(`"${call.words[0]}" is not expected here`)
    startSparingly()
    const zones = readZoneOptions(call.texts('zone'))
    const listen = readListenOptions(call.texts('listen'))
    const file = call.text('settings')
    const outcome = await settingsFrom(file ?? (zones.length > 0 ? undefined : SETTINGS_FILE))
    if ('problems' in outcome) {
      for (const problem of outcome.problems) call.complain(formatProblem(problem))
      return EXIT.failed
    }
    const settings = applyEnvironment(listen.length > 0 ? { ...outcome.settings, listen } : outcome.settings)
    if (zones.length === 0) return (await isSound(settings, call)) ? run(settings, call) : EXIT.failed
    const sources = zoneSources(zones)
    const hasState = file !== undefined || (process.env['MERIDIAN_STATE_DIR'] ?? '') !== ''
    if (hasState) return run(settings, call, sources)
    return withTemporaryState(stateDirectory => run({ ...settings, stateDirectory }, call, sources))
  },
}

async function run(settings: Settings, call: Call, sources?: Sources): Promise<Exit> {
  const log = createLog(settings.logLevel, call.flag('plain') ? 'plain' : 'json')
  const start = call.flag('no-admin') ? runBareNode : runNode
  const before = elder()
  await before?.claim()
  const running = await start(settings, log, { ...sources, inherited: before?.inherited })
  await before?.serving(running.sockets(), log)
  const stopped = untilSignal(running, log, true)
  passSignals()
  await stopped
  return EXIT.done
}

/** Asked where another process goes on if it is not; any other start says the same by failing. */
async function isSound({ fleet, traffic }: Settings, call: Call): Promise<boolean> {
  if (!takesOver() || fleet !== undefined) return true
  const outcome = await readDocument(traffic)
  if ('document' in outcome) return true
  for (const problem of outcome.problems) call.complain(formatProblem(problem))
  return false
}

/** Those of the file; where there is none, what every setting is unless told. */
async function settingsFrom(
  file: string | undefined,
): Promise<{ readonly settings: Settings } | { readonly problems: readonly Problem[] }> {
  return file === undefined ? readSettings('', 'server.yaml') : readSettings(await readFile(file, 'utf8'), file)
}

function readListenOptions(texts: readonly string[]): readonly Endpoint[] {
  return texts.map(text => {
    const endpoint = parseEndpoint(text)
    if (endpoint === undefined)
      throw new UsageError(`--listen ${text}: an address and a port are expected, as in 127.0.0.1:5300 or [::1]:5300`)
    return endpoint
  })
}
