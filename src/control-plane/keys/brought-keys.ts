// Keys that somebody brings along, in the files of BIND: taken only where both halves of each belong together, and to the zone.
import { readFile } from 'node:fs/promises'
import { KeyFileError, outsideKey, parsePrivateKey } from '../../dns/dnssec-key-file.js'
import { equalNames, formatName, type Name } from '../../dns/name.js'
import { flagsOf, publicHalf } from './public-half.js'
import { type StoredKey, storedKey } from './stored-key.js'

/**
 * @param path of either of the two files, or without what comes after the last dot
 * @throws Error in words, naming the file
 */
export async function readBroughtKey(origin: Name, path: string): Promise<StoredKey> {
  const base = path.replace(/\.(?:private|key)$/, '')
  const [privateText, publicText] = await Promise.all(['.private', '.key'].map(ending => read(`${base}${ending}`)))
  try {
    const { owner, rdata } = publicHalf(publicText!) // both have been read
    if (!equalNames(owner, origin)) throw new KeyFileError(`is of ${formatName(owner)}, not of ${formatName(origin)}`)
    const key = storedKey(origin, parsePrivateKey(privateText!, rdata), flagsOf(rdata)) // likewise
    if (Buffer.compare(key.dnskey, rdata) !== 0)
      throw new KeyFileError('and the file ending in .private beside it are not of one key')
    return key
  } catch (error) {
    if (error instanceof KeyFileError) throw new Error(`${base}.key ${error.message}`)
    throw error
  }
}

/**
 * A key whose private half is elsewhere.
 * @param record its DNSKEY record, in the form of zone files
 * @param label what it is called there
 * @throws KeyFileError in words
 */
export function keyElsewhere(origin: Name, record: string, label: string): StoredKey {
  const { owner, rdata } = publicHalf(record)
  if (!equalNames(owner, origin)) throw new KeyFileError(`is of ${formatName(owner)}, not of ${formatName(origin)}`)
  return storedKey(origin, outsideKey(rdata, label), flagsOf(rdata))
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Error(`${path} cannot be read: both halves of a key are needed`, { cause: error })
  }
}
