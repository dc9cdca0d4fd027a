// Keys in a folder, in the files of BIND. A zone without one gets one on first use; one that has keys keeps them, whoever made
// them, since its parent may know them.
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SIGNING_ALGORITHMS } from '../../dns/dnssec-algorithms.js'
import { dsData, KEY_FLAG, keyTag } from '../../dns/dnssec-key.js'
import {
  dnskeyOf,
  formatPrivateKey,
  formatPublicKey,
  KeyFileError,
  keyFileName,
  type PrivateKey,
  parsePrivateKey,
} from '../../dns/dnssec-key-file.js'
import { formatName, type Name, nameKey } from '../../dns/name.js'
import { replaceWhole } from '../state/replace-whole.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { SigningKey, ZoneKeys } from './zone-keys.js'

/** A key that is in the folder. */
export interface StoredKey extends PrivateKey {
  /** Of its files, without what comes after the last dot. */
  readonly file: string
  readonly keyTag: number
  readonly flags: number
  /** Data of its DNSKEY record. */
  readonly dnskey: Uint8Array
}

interface KeyStoreOptions {
  readonly folder: string
  /** Epoch ms. */
  readonly now: () => number
  /** Told of each key that is made. */
  readonly onMade?: (zone: string, key: StoredKey) => void
}

export class KeyStore {
  private readonly options: KeyStoreOptions
  private readonly stored = new Map<string, readonly StoredKey[]>()
  private readonly keys = new Map<string, ZoneKeys>()

  constructor(options: KeyStoreOptions) {
    this.options = options
  }

  /**
   * Reads, or makes, the keys of all zones that are to be signed and were not before.
   * @throws Error naming the file that cannot be used
   */
  async prepare({ zones }: Pick<TrafficDocument, 'zones'>): Promise<void> {
    for (const { origin, dnssec } of zones.values()) {
      if (dnssec === undefined || this.keys.has(nameKey(origin))) continue
      const found = await this.read(origin)
      const stored = found.length > 0 ? found : [await this.make(origin, dnssec.algorithm)]
      this.stored.set(nameKey(origin), stored)
      this.keys.set(nameKey(origin), zoneKeys(origin, stored))
    }
  }

  /** Undefined where a zone is not to be signed, or has not been prepared. */
  readonly keysOf = ({ origin, dnssec }: Zone): ZoneKeys | undefined =>
    dnssec === undefined ? undefined : this.keys.get(nameKey(origin))

  /** The keys of a zone that has been prepared; none of others. */
  storedOf(origin: Name): readonly StoredKey[] {
    return this.stored.get(nameKey(origin)) ?? []
  }

  private async read(origin: Name): Promise<readonly StoredKey[]> {
    const { folder } = this.options
    const [head] = keyFileName(origin, 0, 0).split('+')
    const files = (await listed(folder)).filter(file => file.startsWith(`${head}+`) && file.endsWith('.private'))
    return Promise.all(files.toSorted().map(file => readKey(folder, file.slice(0, -'.private'.length))))
  }

  private async make(origin: Name, algorithm: number): Promise<StoredKey> {
    const { folder, now, onMade } = this.options
    const key = await SIGNING_ALGORITHMS.get(algorithm)!.generate() // the document names no others
    const flags = KEY_FLAG.zone | KEY_FLAG.entryPoint
    const dnskey = dnskeyOf({ algorithm, key }, flags)
    const file = keyFileName(origin, algorithm, keyTag(dnskey))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    // The public half first: a private key without it would be taken for a key of the zone all the same.
    await replaceWhole(join(folder, `${file}.key`), formatPublicKey(origin, dnskey))
    await replaceWhole(join(folder, `${file}.private`), formatPrivateKey({ algorithm, key }, Math.floor(now() / 1000)))
    const made = { algorithm, key, file, flags, dnskey, keyTag: keyTag(dnskey) }
    onMade?.(formatName(origin), made)
    return made
  }
}

async function listed(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new Error(`the keys in ${folder} cannot be read`, { cause: error })
  }
}

/** @throws Error naming the file */
async function readKey(folder: string, file: string): Promise<StoredKey> {
  const path = join(folder, `${file}.private`)
  try {
    const read = parsePrivateKey(await readFile(path, 'utf8'))
    const flags = flagsIn(await readFile(join(folder, `${file}.key`), 'utf8'))
    const dnskey = dnskeyOf(read, flags)
    return { ...read, file, flags, dnskey, keyTag: keyTag(dnskey) }
  } catch (error) {
    if (error instanceof KeyFileError) throw new Error(`${path} ${error.message}`)
    throw new Error(`${path}, or the file ending in .key beside it, cannot be read`, { cause: error })
  }
}

/** @throws KeyFileError */
function flagsIn(text: string): number {
  const flags = /^[^;\n]*\sDNSKEY\s+([0-9]+)\s/m.exec(text)?.[1]
  if (flags === undefined) throw new KeyFileError('has no DNSKEY record in the file ending in .key beside it')
  return Number(flags)
}

/**
 * What the keys are for, by their flags: those with the flag of an entry point sign the keys, the others the zone; where there
 * are none of one kind, the others do both.
 */
export function zoneKeys(origin: Name, stored: readonly StoredKey[]): ZoneKeys {
  const entry = stored.filter(({ flags }) => (flags & KEY_FLAG.entryPoint) !== 0)
  const others = stored.filter(key => !entry.includes(key))
  const entryPoints = entry.length > 0 ? entry : others
  return {
    published: stored.map(({ dnskey }) => dnskey),
    signsKeys: entryPoints.map(signing),
    signsZone: (others.length > 0 ? others : entry).map(signing),
    atParent: {
      cds: entryPoints.map(({ dnskey }) => dsData(origin, dnskey, 'SHA256')),
      cdnskey: entryPoints.map(({ dnskey }) => dnskey),
    },
  }
}

const signing = ({ algorithm, keyTag, key }: StoredKey): SigningKey => ({ algorithm, keyTag, key })
