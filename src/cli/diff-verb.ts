// meridian diff: what is different, in meaning, between what is served and a file, or between revisions; and what that, or
// words of an operator, or other geo data, would do to clients.
import { readFile } from 'node:fs/promises'
import type { AppliedView, ChangeView, Simulation } from '../control-plane/admin/api.js'
import type { ApiClient } from './client.js'
import { PROPOSAL, readProposal } from './proposal.js'
import { remote } from './remote.js'
import { formatChanges } from './revision.js'
import { formatSimulation } from './simulation.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

const isNumber = (word: string): boolean => /^[0-9]+$/.test(word)

export const diff: Verb = {
  usage:
    'diff FILE [--traffic | --population | --addresses] | [FILE] [--down REGION] [--drain REGION=PERCENT] [--database FROM] | REVISION [REVISION]',
  summary: 'what a file would change, or what has changed between revisions',
  help: `
  meridian diff traffic.yaml     what would change if this file were applied
  meridian diff --traffic traffic.yaml
                                 and who would get another region, weighed by what clients asked of late; --population
                                 weighs them by the people of their countries, --addresses by the addresses that
                                 they have
  meridian diff --traffic --down us-east --drain eu-central=20
                                 the same of regions that would be down or drained; with a file, in it
  meridian diff --population --database city.mmdb
                                 the same of other geo data, as meridian geo update takes them
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
    ...PROPOSAL,
  },
  async run(call) {
    const [from, to, ...rest] = call.words
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    const over = readOver(call)
    const proposal = readProposal(call)
    if (from === undefined && proposal === undefined)
      throw new UsageError('expected a file, one or two revisions, or what would be another way')
    if (to !== undefined && !call.words.every(isNumber)) throw new UsageError('two files cannot be compared')
    if (from !== undefined && isNumber(from)) {
      if (over !== undefined || proposal !== undefined) throw new UsageError('what is past would move nobody')
      return tell(call, await sinceRevision(await remote(call), from, to))
    }
    const api = await remote(call)
    const document = from === undefined ? undefined : await readFile(from, 'utf8')
    const changes = document === undefined ? undefined : await changesIn(api, document)
    if (over === undefined && proposal === undefined) return tell(call, changes)
    const wish = {
      ...proposal,
      ...(document === undefined ? {} : { document }),
      ...(over === undefined ? {} : { over }),
    }
    return tell(call, changes, (await api.post('/v1/simulate', wish)) as Simulation) // from a server of this release
  },
}

async function sinceRevision(api: ApiClient, from: string, to: string | undefined): Promise<readonly ChangeView[]> {
  const newer = to ?? String((await api.get('/v1/revisions?limit=1')).revisions[0]?.number ?? from)
  return (await api.get(`/v1/revisions/${newer}?since=${from}`)).changes
}

const changesIn = async (api: ApiClient, document: string): Promise<readonly ChangeView[]> =>
  ((await api.put('/v1/traffic?dryRun=true&simulation=false', document)) as AppliedView).changes // likewise

function tell(call: Call, changes: readonly ChangeView[] | undefined, simulation?: Simulation): Exit {
  const parts = [
    ...(changes === undefined ? [] : [changes.length === 0 ? 'they mean the same' : formatChanges(changes).join('\n')]),
    ...(simulation === undefined ? [] : [formatSimulation(simulation)]),
  ]
  const told = { ...(changes && { changes }), ...(simulation && { simulation }) }
  call.print(call.flag('json') ? JSON.stringify(told, null, 2) : parts.join('\n\n'))
  return EXIT.done
}

const WAYS = ['traffic', 'population', 'addresses'] as const

function readOver(call: Call): Simulation['over'] | undefined {
  const [over, another] = WAYS.filter(way => call.flag(way))
  if (another !== undefined) throw new UsageError('clients are weighed in one way or the other')
  return over
}
