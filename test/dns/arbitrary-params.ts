// Parameters of SVCB records in wire form, for property tests: sound ones of every kind, by rising key.
import fc from 'fast-check'

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength }).map(all => [...all])

const ids = fc.array(bytes(1, 20), { minLength: 1, maxLength: 4 }).map(all => all.flatMap(id => [id.length, ...id]))
const many = (size: number) => fc.integer({ min: 1, max: 3 }).chain(count => bytes(size * count))
const path = fc.constantFrom('/dns-query{?dns}', '/{?a,dns}', '/ü"\\{?dns}').map(text => [...Buffer.from(text)])

/** The value of each known key but `mandatory`. */
const KNOWN = fc.record(
  {
    1: ids,
    2: fc.constant<number[]>([]),
    3: bytes(2),
    4: many(4),
    5: bytes(1, 40),
    6: many(16),
    7: path,
    8: fc.constant<number[]>([]),
  },
  { requiredKeys: [] },
)
const UNKNOWN = fc.dictionary(fc.integer({ min: 9, max: 65534 }).map(String), bytes(0, 20), { maxKeys: 3 })

export const anyParams = fc.tuple(KNOWN, UNKNOWN, fc.nat(255)).map(([known, unknown, choice]) => {
  const all: [number, number[]][] = Object.entries({ ...known, ...unknown }).map(([key, value]) => [
    Number(key),
    value!,
  ])
  // Without protocols of one's own there are only the default ones.
  const sound = all.filter(([key]) => key !== 2 || known[1] !== undefined).sort(([a], [b]) => a - b)
  const mandatory = sound.filter((_, i) => (choice >> i) & 1).map(([key]) => key)
  if (mandatory.length > 0) sound.unshift([0, mandatory.flatMap(key => [key >> 8, key & 255])])
  return Uint8Array.from(
    sound.flatMap(([key, value]) => [key >> 8, key & 255, value.length >> 8, value.length & 255, ...value]),
  )
})
