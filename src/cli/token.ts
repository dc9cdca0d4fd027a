// The admin token of a node: given by the environment, by a file, or made at the first start and kept for its owner only.
import { randomBytes } from 'node:crypto'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where a node keeps the token that it made. */
export const tokenFile = (stateDirectory: string): string => join(stateDirectory, 'admin-token')

export interface Token {
  readonly token: string
  /** Where it came from, for the log; the token itself is never logged. */
  readonly source: string
}

/**
 * The token to be used: MERIDIAN_TOKEN, else the file of the settings, else the state directory's, which is made if
 * there is none.
 * @throws Error where a file that was asked for cannot be read or is empty
 */
export async function ensureToken(
  stateDirectory: string,
  settingsFile: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Token> {
  const given = environment['MERIDIAN_TOKEN']
  if (given !== undefined && given !== '') return { token: given, source: 'the environment (MERIDIAN_TOKEN)' }
  if (settingsFile !== undefined) return { token: await readToken(settingsFile), source: settingsFile }
  const file = tokenFile(stateDirectory)
  const kept = await readToken(file).catch(() => undefined)
  if (kept !== undefined) return { token: kept, source: file }
  const token = randomBytes(24).toString('base64url')
  await writeFile(file, `${token}\n`, { mode: 0o600 })
  await chmod(file, 0o600)
  return { token, source: file }
}

/** @throws Error where the file cannot be read, or holds nothing */
export async function readToken(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8')).trim()
  if (token === '') throw new Error(`${file} holds no token`)
  return token
}
