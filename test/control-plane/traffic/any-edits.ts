// Any edit of any document, for property tests: keys that are there and keys that are not, and values that YAML takes for something else.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'

const anyKey = fc.constantFrom(
  ...['regions', 'eu', 'us', 'odd', 'long', 'folded', 'quoted', 'deep', 'er', 'text', 'addresses', 'weight', 'tags'],
  ...['lists', 'empty', 'a', 'b', 'new', '1.10', '7', 'true', 'a: b', '__proto__', '---', '%x', '...', '# c', '- a'],
)

export const anyPath = fc.array(fc.oneof(anyKey, fc.nat({ max: 3 })), { minLength: 1, maxLength: 4 })

export const anyScalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom('yes: no', '*x', '&x', '!t', '- a', '# c', '2001:db8::', '', '---', '%x', 'x'.repeat(120)),
)

/** `undefined` takes away what is there. */
export const anyValue = fc.oneof(
  anyScalar,
  fc.array(anyScalar, { maxLength: 3 }),
  fc.dictionary(anyKey, anyScalar, { maxKeys: 3 }),
  fc.constant(undefined),
)

/** One of these: the sample, by either end of line, or what comes with the program. */
export const anyDocument = (sample: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    sample,
    sample.replaceAll('\n', '\r\n'),
    readFileSync(new URL('../../../config/traffic.yaml', import.meta.url), 'utf8'),
  )
