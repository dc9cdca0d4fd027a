// The secrets of the keys, from the settings and from files of their own.
import { readFile } from 'node:fs/promises'
import { formatName } from '../dns/name.js'
import { type TsigKeys, tsigKeys } from '../dns/tsig.js'
import { type KeySetting, secretBytes } from '../settings-keys.js'

/** @throws Error naming the file that cannot be read, or holds no secret */
export async function readKeys(settings: readonly KeySetting[]): Promise<TsigKeys> {
  const keys = settings.map(async ({ name, algorithm, secret }) => ({
    name,
    algorithm,
    secret: typeof secret === 'string' ? await readSecret(secret, formatName(name)) : secret,
  }))
  return tsigKeys(await Promise.all(keys))
}

async function readSecret(path: string, key: string): Promise<Uint8Array> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException // what readFile rejects with
    throw new Error(`the secret of the key ${key} cannot be read: ${path} (${code})`)
  }
  const bytes = secretBytes(text)
  if (bytes === undefined) throw new Error(`the secret of the key ${key} is not base64 of at least one byte: ${path}`)
  return bytes
}
