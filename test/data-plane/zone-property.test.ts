import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Labels, type ModelRecord, type ModelZone, model, parse, text } from './zone-model.js'
import { ask, zonesOf } from './zones.js'

const ORIGINS = ['example.', 'a.example.', 'b.a.example.', 'a.a.a.example.', 'other.']
/** So few labels that names meet. */
const below = (origin: string): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 4 }).map(labels => text([...labels, ...parse(origin)]))
const anyName = fc.oneof(...ORIGINS.map(below), fc.constantFrom('outside.', '.', 'www.outside.'))

/** What may stand together at a name. */
const anyContents = fc.oneof(
  fc.uniqueArray(fc.constantFrom('A', 'TXT', 'DNAME'), { minLength: 1 }),
  fc.constantFrom(['CNAME'], ['CNAME'], ['NS'], ['NS', 'DS'], ['NS', 'DNAME'], ['A'], ['DNAME']),
)

const isWildcard = (owner: Labels): boolean => owner[0] === '*'
const allowed = (owner: Labels, origin: Labels, type: string): boolean => {
  if (type === 'CNAME' || type === 'NS' || type === 'DS') if (owner.length === origin.length) return false
  return !(isWildcard(owner) && ['NS', 'DS', 'DNAME'].includes(type))
}

const dataOf = (type: string, target: string): string =>
  type === 'A'
    ? '192.0.2.1'
    : type === 'TXT'
      ? '"x"'
      : type === 'DS'
        ? `1 13 2 ${'00'.repeat(32)}`
        : type === 'NS'
          ? 'ns.outside.'
          : target

const anyZone = (origin: string): fc.Arbitrary<ModelZone> =>
  fc
    .uniqueArray(fc.tuple(below(origin), anyContents, anyName), { maxLength: 12, selector: ([owner]) => owner })
    .map(owners => ({
      origin: parse(origin),
      records: owners.flatMap(([name, types, target]): ModelRecord[] => {
        const owner = parse(name)
        return types
          .filter(type => allowed(owner, parse(origin), type))
          .map(type => ({ owner, type, data: dataOf(type, target) }))
      }),
    }))

const anyWorld = fc.subarray(ORIGINS, { minLength: 1 }).chain(origins => fc.tuple(...origins.map(anyZone)))

const TYPES = ['A', 'TXT', 'CNAME', 'DNAME', 'DS', 'MX'] as const

test('whatever the zones hold, the line answers as the algorithm of RFC 1034, 4592 and 6672 does in plain words', async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, fc.array(anyName, { minLength: 5, maxLength: 30 }), async (zones, names) => {
      const world = await zonesOf(
        Object.fromEntries(
          zones.map(({ origin, records }) => [
            text(origin),
            records.map(({ owner, type, data }) => `${text(owner)} ${type} ${data}\n`).join(''),
          ]),
        ),
      )
      for (const name of names)
        for (const type of TYPES) {
          const told = ask(world, name, type, true)
          const expected = model(zones, parse(name), type)
          const [first] = told.authority.map(line => line.split(' ')[0])
          expect(
            {
              rcode: told.rcode,
              answer: told.answer.map(line => line.replace(/ \d+ IN /, ' ')),
              authority: first,
            },
            `${name} ${type}`,
          ).toEqual(expected)
        }
    }),
    { numRuns: 120 },
  )
})
