import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Checked, Checker } from '../../src/control-plane/geo/check.js'
import { rememberChecks } from '../../src/node/checked-files.js'

const SOUND: Checked = { hash: 'ab', type: 'City', buildEpoch: 1, families: [4], about: 'places' }

let folder: string
let file: string
let asked: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-checked-'))
  file = join(folder, 'city.mmdb')
  asked = []
  await writeFile(file, 'one')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Finds sound what it is asked of, unless it is told otherwise; its hash is the content. */
const checker: Checker = async path => {
  const hash = await readFile(path, 'utf8')
  asked.push(hash)
  if (hash === 'broken') throw new Error('is no database')
  return { ...SOUND, hash }
}

const afterStart = (): Promise<Checker> => rememberChecks(checker, join(folder, 'checked.json'))

test('a file that was found sound is not read again, also after a restart', async () => {
  const check = await afterStart()
  const first = await check(file, file)
  expect(await check(file, file)).toEqual(first)
  expect(await (await afterStart())(file, file)).toEqual(first)
  expect(asked).toEqual(['one'])
})

test('a file of the same size and time with another content is read again', async () => {
  const time = new Date(1_700_000_000_000)
  await utimes(file, time, time)
  await (await afterStart())(file, file)
  await writeFile(file, 'two')
  await utimes(file, time, time)
  expect(await (await afterStart())(file, file)).toMatchObject({ hash: 'two' })
  expect(asked).toEqual(['one', 'two'])
})

test('a file that is not sound is told of each time, and forgets nothing of the others', async () => {
  const broken = join(folder, 'broken.mmdb')
  await writeFile(broken, 'broken')
  const check = await afterStart()
  await check(file, file)
  await expect(check(broken, broken)).rejects.toThrow('is no database')
  await expect((await afterStart())(broken, broken)).rejects.toThrow('is no database')
  await (await afterStart())(file, file)
  expect(asked).toEqual(['one', 'broken', 'broken'])
})

test.each(['', '{', '{"form":1,"value":{"x":{"stamp":"1"}}}'])(
  'what is remembered as %j is not believed',
  async text => {
    await writeFile(join(folder, 'checked.json'), text)
    expect(await (await afterStart())(file, file)).toEqual({ ...SOUND, hash: 'one' })
  },
)

test('files are remembered up to a number, the newest', async () => {
  const check = await afterStart()
  const files = Array.from({ length: 20 }, (_, i) => join(folder, `${i}`))
  for (const one of files) {
    await writeFile(one, one)
    await check(one, one)
  }
  const { value } = JSON.parse(await readFile(join(folder, 'checked.json'), 'utf8'))
  expect(Object.keys(value)).toEqual(files.slice(4))
})
