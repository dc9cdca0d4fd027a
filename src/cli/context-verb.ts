// meridian context: servers by name, so that a verb can be told in a word which one is meant.
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  type Contexts,
  contextNamed,
  contextsFile,
  isContextName,
  readContexts,
  type TokenSource,
  withoutContext,
  writeContexts,
} from './contexts.js'
import { table } from './table.js'
import { type Call, EXIT, type Exit, UsageError, type Verb } from './verb.js'

export const context: Verb = {
  usage: 'context list | add CONTEXT --server URL | use CONTEXT | leave | remove CONTEXT',
  summary: 'servers by name, with the way to the token of each',
  help: `
A context is a server and where its token is: in a file, in what a command prints, or in the file of contexts itself, which
nobody but you can read. The token is never an argument, which others on this machine could see.

  meridian context add prod --server https://gtm.example.com:8053 --token-command "pass show meridian/prod"
  meridian context add lab --server http://127.0.0.1:8053 --token-file state/admin-token
  meridian token create carol --scopes read | meridian context add carol --server http://127.0.0.1:8053 --token-stdin

  meridian region list --context prod
  meridian context use prod          from now on, for every verb that is not told otherwise
  meridian context leave             the server of this machine again

--context goes before MERIDIAN_CONTEXT, and that before the one in use. --server, --state, and MERIDIAN_SERVER,
MERIDIAN_ADMIN_PORT or MERIDIAN_STATE_DIR mean a server without one. They are kept in $XDG_CONFIG_HOME/meridian/contexts.json
(~/.config unless set).`,
  options: {
    server: { type: 'string', value: 'URL', help: 'with add: the admin API' },
    'token-file': { type: 'string', value: 'FILE', help: 'with add: the file that has the token' },
    'token-command': { type: 'string', value: 'COMMAND', help: 'with add: what prints the token, run by the shell' },
    'token-stdin': { type: 'boolean', help: 'with add: read the token now, and keep it' },
  },
  async run(call) {
    const [action = 'list', name, ...rest] = call.words
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    const path = contextsFile()
    const contexts = await readContexts(path)
    if (action === 'list' && name === undefined) return list(call, contexts)
    const [after, said] = await changed(call, contexts, action, name)
    await writeContexts(path, after)
    call.print(call.flag('json') ? JSON.stringify(told(after), null, 2) : said)
    return EXIT.done
  },
}

/** What the contexts are afterwards, and what has happened in words. */
async function changed(
  call: Call,
  contexts: Contexts,
  action: string,
  name: string | undefined,
): Promise<readonly [Contexts, string]> {
  if (action === 'leave' && name === undefined) return [{ contexts: contexts.contexts }, 'no context is in use']
  if (name === undefined) throw new UsageError('expected list, leave, or add, use or remove with a name')
  if (action === 'add') return add(call, contexts, name)
  if (action !== 'use' && action !== 'remove')
    throw new UsageError(`"${action}" is not list, add, use, leave or remove`)
  const { server } = contextNamed(contexts, name)
  if (action === 'use') return [{ ...contexts, current: name }, `${name} is in use: ${server}`]
  return [withoutContext(contexts, name), `${name} is gone; its token is still good until it is revoked`]
}

async function add(call: Call, contexts: Contexts, name: string): Promise<readonly [Contexts, string]> {
  const server = call.text('server')
  if (!isContextName(name)) throw new UsageError(`"${name}" is no name: letters, digits, dots, dashes and underscores`)
  if (server === undefined) throw new UsageError('--server is missing')
  if (!/^https?:\/\//.test(server) || !URL.canParse(server))
    throw new UsageError(`"${server}" is not an address such as https://gtm.example.com:8053`)
  if (Object.hasOwn(contexts.contexts, name))
    throw new Error(`there is a context ${name} already; meridian context remove ${name} takes it away`)
  const made = { server, token: await sourceOf(call) }
  return [
    { ...contexts, contexts: { ...contexts.contexts, [name]: made } },
    `${name} is ${server}; to use it from now on: meridian context use ${name}`,
  ]
}

async function sourceOf(call: Call): Promise<TokenSource> {
  const [path, command, kept] = [call.text('token-file'), call.text('token-command'), call.flag('token-stdin')]
  const given = [path, command, kept || undefined].filter(way => way !== undefined)
  if (given.length !== 1) throw new UsageError('expected one of --token-file, --token-command and --token-stdin')
  // The file is found again wherever a later verb is called.
  if (path !== undefined) return { kind: 'file', path: resolve(path) }
  if (command !== undefined) return { kind: 'command', command }
  const token = (await text(process.stdin)).trim()
  if (!/^[!-~]+$/.test(token)) throw new Error('standard input has no token')
  return { kind: 'kept', token }
}

function list(call: Call, contexts: Contexts): Exit {
  call.print(call.flag('json') ? JSON.stringify(told(contexts), null, 2) : formatContexts(contexts))
  return EXIT.done
}

/** Without tokens. */
const told = ({ current, contexts }: Contexts) => ({
  ...(current === undefined ? {} : { current }),
  contexts: Object.entries(contexts).map(([name, { server, token }]) => ({ name, server, token: wordsOf(token) })),
})

export function formatContexts(contexts: Contexts): string {
  const all = told(contexts)
  if (all.contexts.length === 0) return 'there are no contexts; meridian context add makes one'
  const rows = all.contexts.map(({ name, server, token }) => [name === all.current ? '*' : '', name, server, token])
  return table([['', 'CONTEXT', 'SERVER', 'TOKEN'], ...rows], ['left', 'left', 'left', 'left']).join('\n')
}

function wordsOf(source: TokenSource): string {
  switch (source.kind) {
    case 'file':
      return `in ${source.path}`
    case 'command':
      return `by ${source.command}`
    case 'kept':
      return 'kept'
  }
}
