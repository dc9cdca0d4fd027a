// meridian completion: what a shell needs to complete our verbs.
import { type ApiClient, ApiClientError } from './client.js'
import { completed, isPlain, type Verbs } from './completion.js'
import { bashCompletion } from './completion-bash.js'
import { fishCompletion } from './completion-fish.js'
import { zshCompletion } from './completion-zsh.js'
import { contextsFile, readContexts } from './contexts.js'
import { remote } from './remote.js'
import { KINDS } from './thing.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/** @param verbs those that are completed; told when all are there, this one among them */
export const completionOf = (verbs: () => Promise<Verbs>): Verb => ({
  usage: 'completion bash | zsh | fish | names KIND',
  summary: 'completion of verbs, options, and names for a shell',
  help: `
  eval "$(meridian completion bash)"           in ~/.bashrc
  eval "$(meridian completion zsh)"            in ~/.zshrc, after compinit
  meridian completion fish | source            in ~/.config/fish/config.fish

Regions, zones and other names are asked of the server that the verb would talk to; where it cannot be reached, nothing is
offered. names prints what the shells are told: ${KINDS.join(', ')}, or contexts.`,
  options: REMOTE,
  async run(call) {
    const [action = '', kind, ...rest] = call.words
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    if (action === 'names' && kind !== undefined) return names(call, kind)
    if (!Object.hasOwn(SHELLS, action) || kind !== undefined) throw new UsageError('expected bash, zsh or fish')
    call.print(SHELLS[action as keyof typeof SHELLS](completed(await verbs()))) // it is one of them
    return EXIT.done
  },
})

async function names(call: Call, kind: string): Promise<Exit> {
  const found =
    kind === 'contexts' ? Object.keys((await readContexts(contextsFile())).contexts) : await known(call, kind)
  const plain = found.filter(isPlain)
  if (call.flag('json')) call.print(JSON.stringify(plain))
  else if (plain.length > 0) call.print(plain.join('\n'))
  return EXIT.done
}

/** The names of a record are those of its zone, so that the zone is asked for first. */
async function known(call: Call, kind: string): Promise<readonly string[]> {
  const section = kind === 'records' ? 'zones' : kind
  if (!KINDS.some(known => known === section)) return []
  try {
    return await idsOf(await remote(call), section)
  } catch (error) {
    if (error instanceof ApiClientError) return []
    throw error
  }
}

async function idsOf(api: ApiClient, section: string): Promise<readonly string[]> {
  const { entries } = (await api.get(`/v1/traffic/${section}?limit=1000`)) as { entries: readonly { id: string }[] } // of this release
  return entries.map(({ id }) => id)
}
