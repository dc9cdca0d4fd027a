import { expect, test } from 'vitest'
import { landCells } from '../../../src/control-plane/geo/cells.js'
import { catchment } from '../../../src/control-plane/operate/catchment.js'
import { explain } from '../../../src/control-plane/operate/explain.js'
import { makeWorld, parse } from './world.js'

const TWO = `
regions:
  us-east:    { location: [38.95, -77.45], addresses: [192.0.2.1] }
  eu-central: { location: [50.11, 8.68], addresses: [192.0.2.3] }
zones:
  example.com:
    nameservers: [ns1.example.net]
    records:
      api: { steer: nearest }
      txt: { type: TXT, data: '"hello"' }
`

const regionsOf = (found: NonNullable<ReturnType<typeof catchment>>, outcome: number) =>
  found.outcomes[outcome]!.regions.map(({ region }) => region)

test('every cell gets its nearest region, and the other one if that were gone', async () => {
  const { publisher } = await makeWorld(parse(TWO))
  const found = catchment(publisher.current()!, landCells(), 'api.example.com', 'A')!
  expect(found).toMatchObject({ name: 'api.example.com.', type: 'A', policy: 'nearest' })
  const of = (code: string) => found.cells.filter(([, , country]) => country === code)
  for (const [, , , now, next] of of('DE')) {
    expect(regionsOf(found, now)).toEqual(['eu-central'])
    expect(regionsOf(found, next)).toEqual(['us-east'])
  }
  for (const [, , , now, next] of of('MX')) {
    expect(regionsOf(found, now)).toEqual(['us-east'])
    expect(regionsOf(found, next)).toEqual(['eu-central'])
  }
})

test('shares of an outcome add up to 1', async () => {
  const { publisher } = await makeWorld(parse(TWO.replaceAll(/location: \[[^\]]*\], /g, '')))
  const found = catchment(publisher.current()!, landCells(), 'api.example.com', 'A')!
  for (const { regions } of found.outcomes) expect(regions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
})

test('is computed once for all who look at it, however they write the name', async () => {
  const { publisher } = await makeWorld(parse(TWO))
  const of = (name: string, type: string) => catchment(publisher.current()!, landCells(), name, type)
  expect(of('API.example.com.', 'A')).toBe(of('api.example.com', 'A'))
})

test('a name that is not steered has no catchment', async () => {
  const { publisher } = await makeWorld(parse(TWO))
  for (const name of ['txt.example.com', 'nothing.example.com', 'example.org'])
    expect(catchment(publisher.current()!, landCells(), name, 'A')).toBeUndefined()
  expect(catchment(publisher.current()!, landCells(), 'api.example.com', 'AAAA')).toBeUndefined()
})

test('a cell and a client that the database puts there come to the same', async () => {
  const { publisher, sources } = await makeWorld(parse(TWO))
  const found = catchment(
    publisher.current()!,
    [{ country: 'JP', location: { latitude: 35.69, longitude: 139.69 } }],
    'api.example.com',
    'A',
  )!
  const told = explain(sources(), { name: 'api.example.com', client: '133.11.0.0/24' })
  expect(regionsOf(found, found.cells[0]![3])).toEqual(told.choice!.regions)
})
