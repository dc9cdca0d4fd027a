// meridian diff: what is different, in meaning, between what is served and a file, or between revisions.
import { readFile } from 'node:fs/promises'
import type { AppliedView, ChangeView, Simulation } from '../control-plane/admin/api.js'
import { remote } from './remote.js'
import { formatChanges } from './revision.js'
import { formatSimulation } from './simulation.js'
import { type Call, EXIT, REMOTE, UsageError, type Verb } from './verb.js'

const isNumber = (word: string): boolean => /^[0-9]+$/.test(word)

export const diff: Verb = {
  usage: 'diff FILE [--traffic | --population | --addresses] | REVISION [REVISION]',
  summary: 'what a file would change, or what has changed between revisions',
  help: `
  meridian diff traffic.yaml     what would change if this file were applied
  meridian diff --traffic traffic.yaml
                                 and who would get another region, weighed by what clients asked of late; --population
                                 weighs them by the people of their countries, --addresses by the addresses that
                                 they have
  meridian diff 41               what has changed since revision 41
  meridian diff 40 41            what revision 41 has that 40 had not

Differences are those of meaning: the order of a set, comments, layout, and defaults that are written out are none.
A file whose name is a number is meant with a path: ./41. Exits with 0 whether or not something is different.`,
  options: {
    ...REMOTE,
    traffic: {
      type: 'boolean',
      help: 'tell what it would do to clients, by what they asked in the last quarter of an hour',
    },
    population: { type: 'boolean', help: 'tell what it would do to clients, by the people of their countries' },
    addresses: { type: 'boolean', help: 'tell what it would do to clients, by the addresses that they have' },
  },
  async run(call) {
    const [from, to, ...rest] = call.words
    if (from === undefined || rest.length > 0) throw new UsageError('expected a file, or one or two revisions')
    if (to !== undefined && !(isNumber(from) && isNumber(to))) throw new UsageError('two files cannot be compared')
    const over = readOver(call)
    if (over !== undefined && isNumber(from)) throw new UsageError(`--${over} wants a file`)
    const api = await remote(call)
    let simulation: Simulation | undefined
    let changes: readonly ChangeView[]
    if (isNumber(from)) {
      const newer = to ?? String((await api.get('/v1/revisions?limit=1')).revisions[0]?.number ?? from)
      changes = (await api.get(`/v1/revisions/${newer}?since=${from}`)).changes
    } else {
      const document = await readFile(from, 'utf8')
      const applied = await api.put('/v1/traffic?dryRun=true', document)
      changes = (applied as AppliedView).changes // from a server of this release
      if (over !== undefined) simulation = (await api.post('/v1/simulate', { document, over })) as Simulation // likewise
    }
    if (call.flag('json')) call.print(JSON.stringify({ changes, ...(simulation && { simulation }) }, null, 2))
    else {
      call.print(changes.length === 0 ? 'they mean the same' : formatChanges(changes).join('\n'))
      if (simulation !== undefined) call.print(`\n${formatSimulation(simulation)}`)
    }
    return EXIT.done
  },
}

const WAYS = ['traffic', 'population', 'addresses'] as const

function readOver(call: Call): Simulation['over'] | undefined {
  const [over, another] = WAYS.filter(way => call.flag(way))
  if (another !== undefined) throw new UsageError('clients are weighed in one way or the other')
  return over
}
