// A geo database: a MaxMind DB file (https://maxmind.github.io/MaxMind-DB/, version 2.0) of any schema, held in memory.
import { Reader } from 'maxmind'
import type { AddressBytes, Family } from '../../dns/address.js'
import { familyOf } from '../../dns/address.js'
import { GeoDatabaseError } from './database-error.js'
import type { Place } from './place.js'
import { needsCity, ownLocation, placeOf, WANTED, WANTED_FOR_DISTANCES, WANTED_FOR_POLICIES } from './place.js'
import { recordReader } from './record.js'
import type { TreeShape } from './tree.js'
import { checkTree, findV4, readChild, SEPARATOR, treeBytes, withoutV4 } from './tree.js'

export { GeoDatabaseError } from './database-error.js'

export interface GeoDatabase {
  readonly file: string
  /** What the file calls its kind. Says nothing of the schema: that is told from each record. */
  readonly type: string
  /** When the data was built, in seconds since 1970. */
  readonly buildEpoch: number
  readonly ipVersion: Family
  readonly nodeCount: number
  /**
   * Where the tree of a family begins: a node, or a record if above `nodeCount`. Undefined where the file has nothing
   * of the family. Each node is reached from at most one of the two roots, and in one way.
   */
  root(family: Family): number | undefined
  /**
   * What a node (below `nodeCount`) leads to: a node, nothing (`nodeCount`), or a record (above `nodeCount`).
   * IPv4 networks inside an IPv6 tree (::/96, and aliases such as 2002::/16) are nothing here; `root(4)` leads to them.
   */
  child(node: number, bit: 0 | 1): number
  /**
   * The place that a record tells of. Equal networks share a record and nothing is remembered here: who visits many
   * networks keeps the answer by record.
   * @throws GeoDatabaseError where the record is damaged
   */
  place(record: number): Place
  /**
   * The same without its city, which no policy looks at, and which takes as long as the rest of it.
   * @throws GeoDatabaseError where the record is damaged
   */
  placeForPolicies(record: number): Omit<Place, 'city'>
  /**
   * The same for policies that go by nothing but where clients are: its location, and no more where the record has one of its
   * own. Takes half of the time.
   * @throws GeoDatabaseError where the record is damaged
   */
  placeForDistances(record: number): Omit<Place, 'city'>
  /**
   * The place of an address, undefined where the file has none, and the length of the network that it was found in.
   * For people and tests; the answer path uses a steering map.
   * @throws GeoDatabaseError where the record is damaged
   */
  lookup(address: AddressBytes): { readonly place: Place | undefined; readonly prefix: number }
}

const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')

/**
 * Opens a file that has been read into memory; the bytes must not change afterwards, and may be shared between threads.
 * @param file its name, for messages
 * @param isSound that these very bytes were opened before: their tree is not walked through once more
 * @throws GeoDatabaseError where it is no such file, cut short, or damaged
 */
export function openDatabase(bytes: Uint8Array, file: string, isSound = false): GeoDatabase {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const metadata = readMetadata(buffer, file)
  const { nodeCount, ipVersion } = metadata
  const dataStart = treeBytes(metadata) + SEPARATOR
  const dataEnd = buffer.lastIndexOf(MARKER)
  if (dataStart > dataEnd)
    throw new GeoDatabaseError(file, `too short for the ${nodeCount} nodes that it claims to have`)

  const every = readChild(buffer, metadata)
  const v4 = ipVersion === 4 ? 0 : findV4(every, nodeCount)
  const child = ipVersion === 6 && v4 < nodeCount ? withoutV4(every, v4, nodeCount) : every
  if (!isSound) checkTree(child, nodeCount, dataEnd - dataStart, file)

  const read = recordReader(buffer.subarray(dataStart, dataEnd), file)
  const offset = (record: number): number => record - nodeCount - SEPARATOR
  const place = (record: number): Place => placeOf(read(offset(record), WANTED))
  const placeForPolicies = (record: number): Omit<Place, 'city'> => {
    const value = read(offset(record), WANTED_FOR_POLICIES)
    return needsCity(value) ? place(record) : placeOf(value)
  }
  const placeForDistances = (record: number): Omit<Place, 'city'> => {
    const value = read(offset(record), WANTED_FOR_DISTANCES)
    const location = needsCity(value) ? undefined : ownLocation(value)
    return location === undefined ? placeForPolicies(record) : { location, locationSource: 'record' }
  }
  const root = (family: Family): number | undefined =>
    family === 6 ? (ipVersion === 6 ? 0 : undefined) : v4 === nodeCount ? undefined : v4

  const lookup = (address: AddressBytes): { place: Place | undefined; prefix: number } => {
    let at = root(familyOf(address)) ?? nodeCount
    let prefix = 0
    for (; at < nodeCount && prefix < address.length * 8; prefix++) at = child(at, bitOf(address, prefix))
    return { place: at > nodeCount ? place(at) : undefined, prefix }
  }

  return {
    file,
    type: metadata.type,
    buildEpoch: metadata.buildEpoch,
    ipVersion,
    nodeCount,
    root,
    child,
    place,
    placeForPolicies,
    placeForDistances,
    lookup,
  }
}

const bitOf = (address: AddressBytes, at: number): 0 | 1 => (((address[at >> 3]! >> (7 - (at & 7))) & 1) === 0 ? 0 : 1)

interface Metadata extends TreeShape {
  readonly type: string
  readonly buildEpoch: number
  readonly ipVersion: Family
}

function readMetadata(buffer: Buffer, file: string): Metadata {
  // The reader of the package finds the marker by a loop over the whole file, and says nothing where there is none.
  if (buffer.lastIndexOf(MARKER) < 0)
    throw new GeoDatabaseError(file, 'no MaxMind DB file, or cut short: it has no metadata')
  let found: Reader<never>['metadata']
  try {
    found = new Reader<never>(buffer).metadata
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new GeoDatabaseError(file, `its metadata cannot be read: ${reason}`)
  }
  const { binaryFormatMajorVersion: version, ipVersion, nodeCount, recordSize, databaseType } = found
  const buildEpoch = found.buildEpoch.getTime() / 1000
  if (version !== 2) throw new GeoDatabaseError(file, `format version ${version}; only 2 is known`)
  if (ipVersion !== 4 && ipVersion !== 6)
    throw new GeoDatabaseError(file, `IP version ${ipVersion}; 4 or 6 is expected`)
  if (recordSize !== 24 && recordSize !== 28 && recordSize !== 32)
    throw new GeoDatabaseError(file, `records of ${recordSize} bits; 24, 28 or 32 is expected`)
  if (!(Number.isInteger(nodeCount) && nodeCount > 0)) throw new GeoDatabaseError(file, `a tree of ${nodeCount} nodes`)
  if (!Number.isFinite(buildEpoch)) throw new GeoDatabaseError(file, 'it does not say when it was built')
  return { type: String(databaseType), buildEpoch, ipVersion, nodeCount, recordSize }
}
