// Where a verb finds the server that it talks to, and the token that lets it in.
import { type ApiClient, createClient } from './client.js'
import { readToken, tokenFile } from './token.js'
import type { Call } from './verb.js'

/** @throws Error with advice where no token can be found */
export async function remote(call: Call, environment: NodeJS.ProcessEnv = process.env): Promise<ApiClient> {
  const server =
    call.text('server') ??
    environment['MERIDIAN_SERVER'] ??
    `http://127.0.0.1:${environment['MERIDIAN_ADMIN_PORT'] ?? 8053}`
  return createClient({ server, token: await findToken(call, environment) })
}

async function findToken(call: Call, environment: NodeJS.ProcessEnv): Promise<string> {
  const given = call.text('token') ?? environment['MERIDIAN_TOKEN']
  if (given !== undefined && given !== '') return given
  const file = tokenFile(call.text('state') ?? environment['MERIDIAN_STATE_DIR'] ?? 'state')
  try {
    return await readToken(file)
  } catch {
    throw new Error(`no admin token: there is none in ${file}; give --token, MERIDIAN_TOKEN or --state`)
  }
}
