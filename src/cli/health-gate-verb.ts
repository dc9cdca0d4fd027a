// meridian health-gate: whether the node here answers, for keepalived, BIRD and ExaBGP.
import { randomInt } from 'node:crypto'
import { exchangeDatagrams } from '../control-plane/transfer/datagram.js'
import { parseName } from '../dns/name.js'
import { faultOf, pauseUnlessDone, shell, watchGate } from './health-gate.js'
import { type Call, EXIT, UsageError, type Verb } from './verb.js'

/** Results in a row that turn the gate. */
const THRESHOLDS = { rise: 2, fall: 2 } as const

export const healthGate: Verb = {
  usage: 'health-gate ZONE … [--dns ADDRESS] [--watch]',
  summary: 'whether the node here answers, for keepalived, BIRD and ExaBGP',
  help: `
Asks by DNS, once, for the SOA of each zone. Exits with 0 where all are answered with authority, else with 1 and the reason.

  meridian health-gate example.com
  meridian health-gate example.com --watch --ready 'birdc enable anycast' --lost 'birdc disable anycast'

With --watch it goes on. Two answers in a row are ready, two failures lost; the first look is believed at once. The command
of the state is run when it changes and every ten seconds, since daemons are restarted, and again where it failed. The one for
lost is run when the gate is ended, too. Needs no token.`,
  options: {
    dns: { type: 'string', value: 'ADDRESS', help: 'where the node is asked; 127.0.0.1 unless told' },
    port: { type: 'string', value: 'PORT', help: 'its port; 53 unless told' },
    within: { type: 'string', value: 'MS', help: 'for how long an answer is waited for; 500 unless told' },
    watch: { type: 'boolean', help: 'go on until ended' },
    every: { type: 'string', value: 'MS', help: 'from one look to the next, with --watch; 1000 unless told' },
    ready: { type: 'string', value: 'COMMAND', help: 'run by the shell when the node is ready, with --watch' },
    lost: { type: 'string', value: 'COMMAND', help: 'run by the shell when it is lost, with --watch' },
  },
  async run(call) {
    const look = lookOf(call)
    if (call.flag('watch')) {
      await watch(call, look)
      return EXIT.done
    }
    for (const option of ['every', 'ready', 'lost'])
      if (call.text(option) !== undefined) throw new UsageError(`--${option} is for --watch`)
    const fault = await look()
    if (call.flag('json')) call.print(JSON.stringify({ ready: fault === undefined, fault }))
    else if (fault === undefined) call.print('ready')
    else call.complain(`not ready: ${fault}`)
    return fault === undefined ? EXIT.done : EXIT.failed
  },
}

function lookOf(call: Call): () => Promise<string | undefined> {
  if (call.words.length === 0) throw new UsageError('name a zone that the node serves')
  const zones = call.words.map(zoneNamed)
  const server = { host: call.text('dns') ?? '127.0.0.1', port: numberOf(call, 'port', 53, 65_535) }
  const ms = numberOf(call, 'within', 500, 60_000)
  return () =>
    faultOf(
      zones,
      () => randomInt(65_536),
      query => exchangeDatagrams(server, query, ms, new AbortController().signal),
    )
}

function zoneNamed(word: string) {
  try {
    return parseName(`${word.replace(/\.$/, '')}.`)
  } catch (error) {
    throw new UsageError(`"${word}" is no name: ${error instanceof Error ? error.message : error}`)
  }
}

function numberOf(call: Call, option: string, unlessTold: number, most: number): number {
  const number = Number(call.text(option) ?? unlessTold)
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new UsageError(`--${option} is a number from 1 to ${most}`)
  return number
}

async function watch(call: Call, look: () => Promise<string | undefined>): Promise<void> {
  const commands = { ready: call.text('ready'), lost: call.text('lost') }
  if (commands.ready === undefined || commands.lost === undefined)
    throw new UsageError('--watch takes what to do: --ready COMMAND and --lost COMMAND')
  const { ready, lost } = commands
  const end = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end.abort())
  let before: boolean | undefined
  const gate = {
    ...THRESHOLDS,
    everyMs: numberOf(call, 'every', 1000, 60_000),
    look,
    complain: call.complain,
    pause: pauseUnlessDone,
    now: () => performance.now(),
    tell: async (up: boolean, why: string) => {
      // On standard error: what ExaBGP reads are the words of the commands alone.
      if (up !== before) call.complain(`${up ? 'ready' : 'lost'}: ${why}`)
      before = up
      await shell(up ? ready : lost)
    },
  }
  await watchGate(gate, end.signal)
}
