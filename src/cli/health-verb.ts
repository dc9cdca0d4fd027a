// meridian health: what the prober knows, once or again and again.
import { setTimeout as pause } from 'node:timers/promises'
import type { HealthInFull, HealthList, StatusView } from '../control-plane/admin/api.js'
import type { ApiClient } from './client.js'
import { formatHealth, formatRegionHealth } from './health.js'
import { proberLines } from './prober-lines.js'
import { remote } from './remote.js'
import { type Call, EXIT, REMOTE, UsageError, type Verb } from './verb.js'

/** From one look to the next, ms. */
const WATCH_MS = 2000
/** Clears a terminal, and goes to its first line (ECMA-48 ED and CUP). */
const CLEAR = '\x1b[2J\x1b[H'

export const health: Verb = {
  usage: 'health [REGION] [--watch]',
  summary: 'what the prober knows of every region, address and check',
  help: `
  meridian health                      every check of every address: state, last probe, last error
  meridian health eu-central           one region, with its last probes and where their time went
  meridian health --watch              look again every two seconds, until Ctrl-C

A check that is about to turn says how many results in a row disagree with its state.`,
  options: { ...REMOTE, watch: { type: 'boolean', help: 'look again every two seconds' } },
  async run(call) {
    const [region, ...rest] = call.words
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    const api = await remote(call)
    if (!call.flag('watch')) {
      call.print(await look(api, call, region))
      return EXIT.done
    }
    for (;;) {
      const text = await look(api, call, region)
      call.print(call.flag('json') || !process.stdout.isTTY ? text : `${CLEAR}${text}`)
      await pause(WATCH_MS)
    }
  },
}

async function look(api: ApiClient, call: Call, region: string | undefined): Promise<string> {
  const json = call.flag('json')
  if (region === undefined) {
    const list = (await api.get('/v1/health')) as HealthList // a server of this release
    if (json) return JSON.stringify(list, null, 2)
    const { prober } = (await api.get('/v1/status')) as StatusView // likewise
    return [formatHealth(list), ...proberLines(prober)].join('\n')
  }
  const full = (await api.get(`/v1/health/${encodeURIComponent(region)}`)) as HealthInFull // likewise
  return json ? JSON.stringify(full, null, 2) : formatRegionHealth(full)
}
