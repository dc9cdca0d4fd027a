// Secrets in a file, one a line in hexadecimal: the first is for what is made anew, all of them for what was made before. The
// file is read again whenever it changes.
import { readFile, stat } from 'node:fs/promises'
import { watchFile } from '../control-plane/traffic/watch-file.js'
import type { Log } from '../log.js'

export interface Secrets {
  /** The first makes what is new, all of them check what is there. */
  current(): readonly Uint8Array[]
  /** Calls `use` with the secrets whenever they have changed. Returns what ends it. */
  watch(use: (secrets: readonly Uint8Array[]) => void): () => void
}

/** What is expected of a file of secrets. */
export interface SecretForm {
  /** Hexadecimal, of each secret. */
  readonly digits: number
  readonly most: number
  /** Of what they are, in words. */
  readonly of: string
  /** What is told when there are others. */
  readonly changed: (secrets: number) => string
}

/** The secrets in the text of a file. @throws Error in words, without the secret */
export function parseSecrets(text: string, { digits, most }: SecretForm): readonly Uint8Array[] {
  const form = new RegExp(`^[0-9a-f]{${digits}}$`, 'i')
  const secrets = text.split('\n').flatMap((line, i) => {
    const written = line.replace(/#.*/, '').trim()
    if (written === '') return []
    if (!form.test(written)) throw new Error(`line ${i + 1} is not a secret of ${digits} hexadecimal digits`)
    return [Uint8Array.from(Buffer.from(written, 'hex'))]
  })
  if (secrets.length === 0) throw new Error('there is no secret in it')
  if (secrets.length > most) throw new Error(`${secrets.length} secrets are too many; ${most} are the most`)
  return secrets
}

/** @throws Error that names the file */
export async function openSecretFile(file: string, form: SecretForm, log: Log): Promise<Secrets> {
  let text = await readSecrets(file, form)
  let secrets = parsed(file, text, form)
  // Others than its owner and group: whoever knows a secret can do what this node does with it.
  if (((await stat(file)).mode & 0o007) !== 0) log.warn(`${file} can be read by everybody on this machine`)
  return {
    current: () => secrets,
    /** What cannot be read changes nothing. */
    watch(use) {
      let refused = ''
      return watchFile(file, async () => {
        try {
          const read = await readSecrets(file, form)
          if (read === text) return
          secrets = parsed(file, read, form)
          text = read
          refused = ''
          use(secrets)
          log.info(`${file} has changed: ${form.changed(secrets.length)}`)
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

async function readSecrets(file: string, { of }: SecretForm): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Error(`the secrets of ${of} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parsed(file: string, text: string, form: SecretForm): readonly Uint8Array[] {
  try {
    return parseSecrets(text, form)
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
