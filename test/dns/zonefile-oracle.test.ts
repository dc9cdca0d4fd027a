// Zone files against BIND's named-checkzone: what it makes of a file, we make of it; what it refuses, so do we. And what we list,
// Knot's kzonecheck finds nothing wrong with, and ldns reads as the same records.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { readLoneZone } from '../../src/control-plane/traffic/lone-zone.js'
import { formatName, nameKey, parseName } from '../../src/dns/name.js'
import { TYPE, typeName, typeNumber } from '../../src/dns/numbers.js'
import { encodeRdata, formatRdata } from '../../src/dns/rdata.js'

const FOLDER = fileURLToPath(new URL('./zones/', import.meta.url))
const BROKEN = join(FOLDER, 'broken')
const ORIGIN = 'example.com'

const zonesIn = (folder: string): string[] => readdirSync(folder).filter(file => file.endsWith('.zone'))

/** Its canonical listing. The checks that ask other servers are off. */
async function checkzone(folder: string, file: string): Promise<string> {
  const words = ['-i', 'none', '-k', 'ignore', '-D', '-o', '-', ORIGIN, file]
  const { stdout } = await promisify(execFile)('named-checkzone', words, { cwd: folder })
  return stdout
}

const line = (owner: Uint8Array, ttl: number, type: number, rdata: Uint8Array): string =>
  `${Buffer.from(nameKey(owner), 'latin1').toString('hex')} ${ttl} ${type} ${Buffer.from(rdata).toString('hex')}`

function linesOf(listing: string): string[] {
  const records = [...listing.matchAll(/^(\S+)\s+(\d+)\s+IN\s+(\S+)\s+(.*)$/gm)]
  return records
    .map(([, owner = '', ttl, typeText = '', data = '']) => {
      const type = typeNumber(typeText)!
      return line(parseName(owner), Number(ttl), type, encodeRdata(type, data, parseName('.')))
    })
    .sort()
}

test.each(zonesIn(FOLDER))('%s has the records that named-checkzone lists', async file => {
  const parsed = readLoneZone(join(FOLDER, file), ORIGIN)
  expect('problems' in parsed ? parsed.problems : []).toEqual([])
  const records = 'records' in parsed ? [...parsed.records] : []
  const ours = records.map(({ owner, type, ttl, rdata }) => line(owner, ttl, type, rdata)).sort()
  const listing = await checkzone(FOLDER, file)
  const theirs = linesOf(listing)
  expect(theirs.length).toBeGreaterThan(1)
  expect(ours).toEqual(theirs)
})

const listed = mkdtempSync(join(tmpdir(), 'meridian-zones-'))
afterAll(() => rmSync(listed, { recursive: true }))

/** Writes the zone as one record a line, the SOA first, where ldns wants it. @param leaves out what these words are in */
function listing(file: string, without?: string): string {
  const parsed = readLoneZone(join(FOLDER, file), ORIGIN)
  const records = 'records' in parsed ? [...parsed.records] : []
  const lines = records
    .sort((a, b) => Number(b.type === TYPE.SOA) - Number(a.type === TYPE.SOA))
    .map(
      ({ owner, ttl, type, rdata }) => `${formatName(owner)} ${ttl} IN ${typeName(type)} ${formatRdata(type, rdata)}\n`,
    )
    .filter(text => without === undefined || !text.includes(without))
  const path = join(listed, `${without ?? ''}${file}`)
  writeFileSync(path, lines.join(''))
  return path
}

test.each(zonesIn(FOLDER))('what is listed of %s is sound for kzonecheck', async file => {
  // Knot wants a hash sign in a name to be escaped, which RFC 1035 §5.1 does not.
  await promisify(execFile)('kzonecheck', ['-o', ORIGIN, listing(file, 'hash#')])
})

test.each(zonesIn(FOLDER))('what is listed of %s is read by ldns as the same records', async file => {
  const { stdout } = await promisify(execFile)('ldns-read-zone', [listing(file)])
  const parsed = readLoneZone(join(FOLDER, file), ORIGIN)
  const records = 'records' in parsed ? [...parsed.records] : []
  const ours = records.map(({ owner, type, ttl, rdata }) => line(owner, ttl, type, rdata)).sort()
  // It explains keys behind their data, and writes a quote in a name as it is.
  const plain = stdout.replace(/ ;\{.*$/gm, '').replace(/^[^\s"]+"\S*/gm, owner => owner.replaceAll('"', '\\"'))
  expect(linesOf(plain)).toEqual(ours)
})

test.each(zonesIn(BROKEN))('broken/%s is refused by both', async file => {
  const parsed = readLoneZone(join(BROKEN, file), ORIGIN)
  expect('problems' in parsed ? parsed.problems.length : 0).toBeGreaterThan(0)
  await expect(checkzone(BROKEN, file)).rejects.toThrow()
})
