// The keys that a node shares with others, read from its settings.
import type { Report } from './control-plane/traffic/finding.js'
import { readName } from './control-plane/traffic/parse-name.js'
import type { Name } from './dns/name.js'
import type { TsigAlgorithm } from './dns/tsig.js'

/** A key, whose secret stands in the settings or in a file of its own. */
export interface KeySetting {
  readonly name: Name
  readonly algorithm: TsigAlgorithm
  /** A path, or the bytes. */
  readonly secret: string | Uint8Array
}

interface WrittenKey {
  readonly algorithm?: TsigAlgorithm | undefined
  readonly 'secret-file'?: string | undefined
  readonly secret?: string | undefined
}

/** `path` makes a written path absolute. */
export function readKeys(
  written: { readonly [name: string]: WrittenKey | undefined },
  path: (written: string) => string,
  report: Report,
): readonly KeySetting[] {
  return Object.entries(written).flatMap(([text, key = {}]) => {
    const at = ['keys', text]
    const { algorithm = 'hmac-sha256', secret, 'secret-file': file } = key
    const name = readName(text, { path: at, part: 'key' }, report)
    if ((secret === undefined) === (file === undefined)) {
      report({ path: at, message: 'a key has either secret-file or secret' })
      return []
    }
    const bytes = secret === undefined ? undefined : secretBytes(secret)
    if (secret !== undefined && bytes === undefined)
      report({ path: [...at, 'secret'], message: 'the secret is not base64 of at least one byte' })
    if (name === undefined) return []
    return [{ name, algorithm, secret: bytes ?? path(file ?? '') }]
  })
}

/** The bytes of a secret in base64; undefined where it is none. */
export function secretBytes(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s/g, '')
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(digits) && digits !== ''
  return isBase64 ? Uint8Array.from(Buffer.from(digits, 'base64')) : undefined
}
