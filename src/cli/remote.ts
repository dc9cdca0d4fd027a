// Where a verb finds the server that it talks to, and the token that lets it in.
import { type ApiClient, createClient, type Reached } from './client.js'
import { certificateOf } from './client-certificate.js'
import { contextNamed, contextsFile, readContexts } from './contexts.js'
import { readToken, tokenFile } from './token.js'
import { tokenOf } from './token-source.js'
import { type Call, UsageError } from './verb.js'

type Environment = NodeJS.ProcessEnv

/** @throws Error with advice where no token can be found */
export const remote = async (call: Call, environment: Environment = process.env): Promise<ApiClient> =>
  createClient(await reach(call, environment))

/** Where the server is, and what lets one in. @throws Error with advice where no token can be found */
export async function reach(call: Call, environment: Environment = process.env): Promise<Reached> {
  const context = await contextOf(call, environment)
  const given = await givenToken(call)
  const certificate = await certificateOf(environment)
  if (context !== undefined) return { ...context, token: given ?? (await tokenOf(context.token)), certificate }
  const server =
    call.text('server') ??
    environment['MERIDIAN_SERVER'] ??
    `http://127.0.0.1:${environment['MERIDIAN_ADMIN_PORT'] ?? 8053}`
  if (given !== undefined || certificate === undefined)
    return { server, token: given ?? (await ownToken(call, environment)), certificate }
  // The certificate says who it is, unless there is a token that says more.
  return { server, token: environment['MERIDIAN_TOKEN'] || undefined, certificate }
}

/** What names a server, or the folder of one, without a context. */
const NAMED_BY = ['MERIDIAN_SERVER', 'MERIDIAN_ADMIN_PORT', 'MERIDIAN_STATE_DIR'] as const

/** The one that is asked for, else the current one: but not where something else says which server is meant. */
async function contextOf(call: Call, environment: Environment) {
  const asked = call.text('context')
  const elsewhere = call.text('server') ?? call.text('state')
  if (asked !== undefined && elsewhere !== undefined)
    throw new UsageError('--context says which server it is: leave --server and --state out')
  if (elsewhere !== undefined) return undefined
  const path = contextsFile(environment)
  const name = asked ?? (environment['MERIDIAN_CONTEXT'] || undefined)
  if (name !== undefined) return contextNamed(await readContexts(path), name)
  if (NAMED_BY.some(variable => environment[variable] !== undefined)) return undefined
  const contexts = await readContexts(path)
  return contexts.current === undefined ? undefined : contextNamed(contexts, contexts.current)
}

async function givenToken(call: Call): Promise<string | undefined> {
  const [file, given] = [call.text('token-file'), call.text('token')]
  if (file !== undefined && given !== undefined) throw new UsageError('--token and --token-file exclude each other')
  return file === undefined ? given || undefined : readToken(file)
}

/** MERIDIAN_TOKEN is for a server without a context, and for no other. */
async function ownToken(call: Call, environment: Environment): Promise<string> {
  const told = environment['MERIDIAN_TOKEN']
  if (told !== undefined && told !== '') return told
  const file = tokenFile(call.text('state') ?? environment['MERIDIAN_STATE_DIR'] ?? 'state')
  try {
    return await readToken(file)
  } catch {
    throw new Error(
      `no admin token: there is none in ${file}; give --token-file, MERIDIAN_TOKEN or --state, or make a context`,
    )
  }
}
