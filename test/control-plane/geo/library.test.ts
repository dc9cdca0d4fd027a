import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ByFamily, GeoLibrary } from '../../../src/control-plane/geo/library.js'
import { parseAddress } from '../../../src/dns/address.js'
import { writeMmdb } from './mmdb-writer.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-geo-'))
})
afterEach(() => rm(folder, { recursive: true }))

const database = (latitude: number, ipVersion: 4 | 6 = 4): Uint8Array =>
  writeMmdb([{ prefix: ipVersion === 4 ? '8.0.0.0/8' : '2400::/16', record: { latitude, longitude: 1, city: 'x' } }], {
    ipVersion,
  })
const put = async (name: string, bytes: Uint8Array): Promise<string> => {
  const file = join(folder, name)
  // As update tools do: a new file, renamed over the old one.
  await writeFile(`${file}.new`, bytes)
  await rename(`${file}.new`, file)
  return file
}
const locate = async (library: GeoLibrary, address: string) => (await library.reader())(parseAddress(address)!)
const latitude = async (library: GeoLibrary): Promise<number | undefined> =>
  (await locate(library, '8.8.8.8'))?.place?.location?.latitude

/** Watches until something is told, and gives it back. */
function nextEvent(library: GeoLibrary, accept: (files: ByFamily) => Promise<void> = async () => {}): Promise<string> {
  return new Promise(resolve =>
    library.watch(
      async files => {
        await accept(files)
        resolve('taken')
      },
      (file, error) => resolve(`refused ${file.split('/').pop()}: ${error instanceof Error ? error.message : error}`),
    ),
  )
}

test('each family is answered for by the first file that has it', async () => {
  const library = await GeoLibrary.open([
    await put('v4.mmdb', database(10)),
    await put('v6.mmdb', database(20, 6)),
    await put('late.mmdb', database(30)),
  ])
  expect(await latitude(library)).toBe(10)
  expect(await locate(library, '2400::1')).toMatchObject({ prefix: 16, place: { location: { latitude: 20 } } })
  const files = library.byFamily()
  expect([files[4]?.file, files[6]?.file].map(file => file?.split('/').pop())).toEqual(['v4.mmdb', 'v6.mmdb'])
  expect(files[4]?.hash).toMatch(/^[0-9a-f]{64}$/)
})

test('an address of a family that no file has is located nowhere', async () => {
  const library = await GeoLibrary.open([await put('v4.mmdb', database(10))])
  expect(await locate(library, '2400::1')).toBeUndefined()
})

test('the file that was checked can still be read when another, or none, has its name', async () => {
  const first = database(10)
  const library = await GeoLibrary.open([await put('v4.mmdb', first)])
  await put('v4.mmdb', database(11))
  expect(await readFile(library.byFamily()[4]!.path!)).toEqual(Buffer.from(first))
  expect(await latitude(library)).toBe(10)
})

test.each([
  ['is not there', undefined],
  ['is no database', new TextEncoder().encode('not a database')],
  ['is cut short', database(10).slice(20)],
])('a library does not open when a file %s', async (_, bytes) => {
  if (bytes !== undefined) await put('bad.mmdb', bytes)
  await expect(GeoLibrary.open([join(folder, 'bad.mmdb')])).rejects.toThrow('bad.mmdb')
})

describe('a newer file', () => {
  test('is taken when it is good', async () => {
    const library = await GeoLibrary.open([await put('v4.mmdb', database(10))])
    const event = nextEvent(library)
    await put('v4.mmdb', database(11))
    expect(await event).toBe('taken')
    expect(await latitude(library)).toBe(11)
    library.close()
  })

  test('is refused when it is damaged, and the one before it stays, with the reason on show', async () => {
    const library = await GeoLibrary.open([await put('v4.mmdb', database(10))])
    const event = nextEvent(library)
    await put('v4.mmdb', new Uint8Array(5000))
    expect(await event).toMatch(/^refused v4\.mmdb: /)
    expect(await latitude(library)).toBe(10)
    expect(library.list()[0]?.refused).toContain('v4.mmdb')
    library.close()
  })

  test('is refused when no maps can be made of it, and the one before it stays', async () => {
    const library = await GeoLibrary.open([await put('v4.mmdb', database(10))])
    const event = nextEvent(library, async () => {
      throw new Error('no room')
    })
    await put('v4.mmdb', database(11))
    expect(await event).toBe('refused v4.mmdb: no room')
    expect(await latitude(library)).toBe(10)
    library.close()
  })

  test('that is mended after a refusal is taken', async () => {
    const library = await GeoLibrary.open([await put('v4.mmdb', database(10))])
    const events: string[] = []
    let wake = (): void => {}
    const tell = (event: string): void => {
      events.push(event)
      wake()
    }
    library.watch(
      async () => tell('taken'),
      () => tell('refused'),
    )
    const next = (): Promise<void> => new Promise(resolve => (wake = resolve))
    let told = next()
    await put('v4.mmdb', new Uint8Array(5000))
    await told
    told = next()
    await put('v4.mmdb', database(12))
    await told
    expect(events).toEqual(['refused', 'taken'])
    expect([await latitude(library), library.list()[0]?.refused]).toEqual([12, undefined])
    library.close()
  })

  test('that is gone for a moment changes nothing', async () => {
    const file = await put('v4.mmdb', database(10))
    const library = await GeoLibrary.open([file])
    await rm(file)
    const event = nextEvent(library)
    await put('v4.mmdb', database(13))
    expect(await event).toBe('taken')
    expect(await latitude(library)).toBe(13)
    library.close()
  })
})
