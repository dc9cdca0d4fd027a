// Keys in a folder, in the files of BIND. Those that a rollover has taken out of a zone go into a folder below it.
import { chmod, mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import {
  formatPrivateKey,
  formatPublicKey,
  KeyFileError,
  keyFileName,
  parsePrivateKey,
  privateFields,
} from '../../dns/dnssec-key-file.js'
import { type Name, parseName } from '../../dns/name.js'
import { replaceWhole } from '../state/replace-whole.js'
import type { KeyBox } from './key-box.js'
import { flagsOf, publicHalf } from './public-half.js'
import { type StoredKey, storedKey } from './stored-key.js'

const RETIRED = 'retired'

export interface KeyFiles extends KeyBox {
  /** Zones that have keys. */
  origins(): Promise<readonly Name[]>
}

/** @param now epoch ms */
export function keyFiles(folder: string, now: () => number): KeyFiles {
  const read = async (origin: Name): Promise<readonly StoredKey[]> => {
    const [head] = keyFileName(origin, 0, 0).split('+')
    const files = (await listed(folder)).filter(file => file.startsWith(`${head}+`) && file.endsWith('.private'))
    return Promise.all(files.toSorted().map(file => readKey(origin, folder, file.slice(0, -'.private'.length))))
  }
  return {
    read,
    async origins() {
      const zones = (await listed(folder)).flatMap(file => /^K(.+\.)\+\d{3}\+\d{5}\.private$/.exec(file)?.[1] ?? [])
      return [...new Set(zones)].map(zone => parseName(zone))
    },
    async add(origin, keys, firstOnly = false) {
      if (firstOnly && (await read(origin)).length > 0) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await chmod(folder, 0o700)
      for (const key of keys) await writeKey(origin, folder, key, Math.floor(now() / 1000))
    },
    async retire(_, files) {
      await mkdir(join(folder, RETIRED), { recursive: true, mode: 0o700 })
      // The private half first: without it the public one is no key of the zone.
      for (const file of files) for (const ending of ['.private', '.key']) await moveAway(folder, `${file}${ending}`)
    },
  }
}

/** @param created seconds since 1970 */
export async function writeKey(origin: Name, folder: string, key: StoredKey, created: number): Promise<void> {
  // The public half first: a private key without it would be taken for a key of the zone all the same.
  await replaceWhole(join(folder, `${key.file}.key`), formatPublicKey(origin, key.dnskey))
  await replaceWhole(join(folder, `${key.file}.private`), formatPrivateKey(key, created))
}

async function moveAway(folder: string, file: string): Promise<void> {
  try {
    await rename(join(folder, file), join(folder, RETIRED, file))
  } catch (error) {
    if (!isAbsent(error)) throw new Error(`${join(folder, file)} cannot be put aside`, { cause: error })
  }
}

async function listed(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isAbsent(error)) return []
    throw new Error(`the keys in ${folder} cannot be read`, { cause: error })
  }
}

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** @throws Error naming the file */
async function readKey(origin: Name, folder: string, file: string): Promise<StoredKey> {
  const path = join(folder, `${file}.private`)
  try {
    const text = await readFile(path, 'utf8')
    privateFields(text) // what is none need not have another half
    const { rdata } = publicHalf(await readFile(join(folder, `${file}.key`), 'utf8'))
    return { ...storedKey(origin, parsePrivateKey(text, rdata), flagsOf(rdata)), file }
  } catch (error) {
    if (error instanceof KeyFileError) throw new Error(`${path} ${error.message}`)
    throw new Error(`${path}, or the file ending in .key beside it, cannot be read`, { cause: error })
  }
}
