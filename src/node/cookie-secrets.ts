// The secrets of DNS cookies in a file, one a line in hexadecimal, the first for new cookies: made at the first start, or
// the same on every server of a fleet; read again whenever it changes (RFC 9018 §5).
import { randomBytes } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { watchFile } from '../control-plane/traffic/watch-file.js'
import { MAX_SECRETS } from '../data-plane/cookie-guard.js'
import type { Log } from '../log.js'
import type { CookieSettings } from '../settings-dns.js'

export interface CookieSecrets {
  /** The first makes cookies, all of them check them. */
  current(): readonly Uint8Array[]
  /** Calls `use` with the secrets whenever they have changed. Returns what ends it. */
  watch(use: (secrets: readonly Uint8Array[]) => void): () => void
}

/** Where a node keeps the secret that it made. */
export const secretFile = (stateDirectory: string): string => join(stateDirectory, 'cookie-secrets')

/** The secrets of 16 bytes in the text of a file. @throws Error in words, without the secret */
export function parseSecrets(text: string): readonly Uint8Array[] {
  const secrets = text.split('\n').flatMap((line, i) => {
    const written = line.replace(/#.*/, '').trim()
    if (written === '') return []
    if (!/^[0-9a-f]{32}$/i.test(written)) throw new Error(`line ${i + 1} is not a secret of 32 hexadecimal digits`)
    return [Uint8Array.from(Buffer.from(written, 'hex'))]
  })
  if (secrets.length === 0) throw new Error('there is no secret in it')
  if (secrets.length > MAX_SECRETS)
    throw new Error(`${secrets.length} secrets are too many; ${MAX_SECRETS} are the most`)
  return secrets
}

/**
 * The secrets that the settings name, or those of the state directory, where one is made if there is none.
 * @throws Error that names the file
 */
export async function openSecrets(
  { secretFile: given }: CookieSettings,
  stateDirectory: string,
  log: Log,
): Promise<CookieSecrets> {
  const file = given ?? secretFile(stateDirectory)
  if (given === undefined) await makeSecret(file)
  let text = await readSecrets(file)
  let secrets = parsed(file, text)
  // Others than its owner and group: whoever knows a secret can forge any address.
  if (((await stat(file)).mode & 0o007) !== 0) log.warn(`${file} can be read by everybody on this machine`)
  return {
    current: () => secrets,
    /** What cannot be read changes nothing. */
    watch(use) {
      let refused = ''
      return watchFile(file, async () => {
        try {
          const read = await readSecrets(file)
          if (read === text) return
          secrets = parsed(file, read)
          text = read
          refused = ''
          use(secrets)
          log.info(
            `${file} has changed: cookies are made with its first secret, and checked with all ${secrets.length}`,
          )
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error)
          // It is looked at every second, and should be complained of once.
          if (why !== refused) log.error(`${why}; the secrets before it stay in use`)
          refused = why
        }
      })
    },
  }
}

async function makeSecret(file: string): Promise<void> {
  try {
    // Never over one that is there: two starts at once agree on the first.
    await writeFile(file, `${randomBytes(16).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

async function readSecrets(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Error(`the secrets of cookies cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parsed(file: string, text: string): readonly Uint8Array[] {
  try {
    return parseSecrets(text)
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
