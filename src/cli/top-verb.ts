// meridian top: what is asked most, once or again and again.
import { setTimeout as pause } from 'node:timers/promises'
import type { TopView } from '../control-plane/admin/api.js'
import type { ApiClient } from './client.js'
import { remote } from './remote.js'
import { formatTop } from './top.js'
import { type Call, EXIT, REMOTE, UsageError, type Verb } from './verb.js'

const BY: readonly TopView['by'][] = ['name', 'client', 'region', 'rcode', 'type', 'reason', 'transport', 'zone']
/** What is shown of everything, where nobody asks for one thing. */
const OVERVIEW: readonly TopView['by'][] = ['name', 'client', 'region', 'rcode', 'reason']
const WINDOWS = ['1m', '15m', '1h']
/** From one look to the next, ms. */
const WATCH_MS = 2000
/** Clears a terminal, and goes to its first line (ECMA-48 ED and CUP). */
const CLEAR = '\x1b[2J\x1b[H'

export const top: Verb = {
  usage: 'top [WHAT]... [--window 1m|15m|1h] [--limit NUMBER] [--once]',
  summary: 'what is asked most, and by whom: live',
  help: `
  meridian top                         names, clients, regions, rcodes, reasons, every two seconds until Ctrl-C
  meridian top name client --limit 30  more of two of them
  meridian top --once --window 1h      once, over the last hour

WHAT is any of ${BY.join(', ')}. Numbers are made from samples of
the queries (the setting "samples"); while queries are few, every one is among them.`,
  options: {
    ...REMOTE,
    window: { type: 'string', value: 'TIME', help: 'how far back to look: 1m (unless told), 15m or 1h' },
    limit: { type: 'string', value: 'NUMBER', help: 'rows of each table (8, or 20 where there is one)' },
    once: { type: 'boolean', help: 'look once' },
  },
  async run(call) {
    const wanted = readWanted(call)
    const api = await remote(call)
    for (;;) {
      const text = await look(api, call, wanted)
      const live = !call.flag('once')
      call.print(live && process.stdout.isTTY && !call.flag('json') ? `${CLEAR}${text}` : text)
      if (!live) return EXIT.done
      await pause(WATCH_MS)
    }
  },
}

interface Wanted {
  readonly by: readonly TopView['by'][]
  readonly window: string
  readonly limit: number
}

function readWanted(call: Call): Wanted {
  const by = call.words.map(word => {
    const known = BY.find(name => name === word)
    if (known === undefined) throw new UsageError(`"${word}" is none of ${BY.join(', ')}`)
    return known
  })
  const window = call.text('window') ?? '1m'
  if (!WINDOWS.includes(window)) throw new UsageError(`--window is one of ${WINDOWS.join(', ')}`)
  const limit = call.text('limit') ?? (by.length === 1 ? '20' : '8')
  if (!/^[0-9]{1,3}$/.test(limit) || limit === '0') throw new UsageError('--limit is a number from 1 on')
  return { by: by.length === 0 ? OVERVIEW : by, window, limit: Number(limit) }
}

async function look(api: ApiClient, call: Call, { by, window, limit }: Wanted): Promise<string> {
  const tops = await Promise.all(
    by.map(async one => (await api.get(`/v1/top?by=${one}&window=${window}&limit=${limit}`)) as TopView), // a server of this release
  )
  return call.flag('json') ? JSON.stringify({ top: tops }, null, 2) : formatTop(tops)
}
