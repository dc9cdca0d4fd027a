import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HASH_LABEL, hashLabel, hashOf } from '../../src/dns/dnssec-hash.js'
import { nameKey, parseName } from '../../src/dns/name.js'
import { anyName } from './arbitrary-name.js'

function labelOf(name: Uint8Array): Buffer {
  const label = Buffer.alloc(HASH_LABEL)
  hashLabel(name, 0, label, 0)
  return label
}

// Made with `ldns-nsec3-hash -t 0 -a 1`.
test.each([
  ['.', 'bekjp7dgpvsjukll47bk43i3urmq4u2f'],
  ['Www.Example.COM.', 'mifdndt3nff3od53o7tla1hrff95jkuk'],
  ['example.', '3msev9usmd4br9s97v51r2tdvmr9iqo1'],
])('%s is hashed as another library hashes it', (name, hash) => {
  expect(labelOf(parseName(name)).subarray(1).toString()).toBe(hash)
})

test('the label of a name is its SHA-1 in lower case, whatever its length, and leads back to it', () => {
  fc.assert(
    fc.property(anyName, fc.nat(9), (name, at) => {
      const hash = createHash('sha1').update(nameKey(name), 'latin1').digest()
      const message = Buffer.concat([Buffer.alloc(at, 7), name, Buffer.alloc(3, 9)])
      const label = Buffer.alloc(HASH_LABEL + 5)
      hashLabel(message, at, label, 5)
      expect(label[5]).toBe(HASH_LABEL - 1)
      expect(Buffer.from(hashOf(label, 5))).toEqual(hash)
    }),
    { numRuns: 300 },
  )
})

test('labels have the order of the hashes', () => {
  fc.assert(
    fc.property(anyName, anyName, (a, b) => {
      const [x, y] = [labelOf(a), labelOf(b)]
      expect(Math.sign(Buffer.compare(x, y))).toBe(Math.sign(Buffer.compare(hashOf(x), hashOf(y))))
    }),
  )
})
