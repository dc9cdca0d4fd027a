// The secrets of DNS cookies in a file: made at the first start, or the same on every server of a fleet (RFC 9018 §5).
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_SECRETS } from '../data-plane/cookie-guard.js'
import type { Log } from '../log.js'
import type { CookieSettings } from '../settings-dns.js'
import { openSecretFile, type SecretForm, type Secrets } from './secret-file.js'

export const COOKIE_SECRETS: SecretForm = {
  digits: 32,
  most: MAX_SECRETS,
  of: 'cookies',
  changed: secrets => `cookies are made with its first secret, and checked with all ${secrets}`,
}

/** Where a node keeps the secret that it made. */
export const secretFile = (stateDirectory: string): string => join(stateDirectory, 'cookie-secrets')

/**
 * The secrets that the settings name, or those of the state directory, where one is made if there is none.
 * @throws Error that names the file
 */
export async function openSecrets(
  { secretFile: given }: CookieSettings,
  stateDirectory: string,
  log: Log,
): Promise<Secrets> {
  const file = given ?? secretFile(stateDirectory)
  if (given === undefined) await makeSecret(file)
  return openSecretFile(file, COOKIE_SECRETS, log)
}

async function makeSecret(file: string): Promise<void> {
  try {
    // Never over one that is there: two starts at once agree on the first.
    await writeFile(file, `${randomBytes(16).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
