// Names for property tests, put together without the code under test.
import fc from 'fast-check'

/** The wire form of labels, one character or byte each. */
export function wire(...labels: readonly (string | Uint8Array)[]): Uint8Array {
  const bytes = labels.flatMap(label => [label.length, ...Buffer.from(label as string, 'latin1')]) // as: Buffer.from ignores the encoding of bytes
  return Uint8Array.from([...bytes, 0])
}

const label = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 63 }),
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcXYZ019-_*.\\";()@$# ') }),
)

/** Names of up to 255 bytes, with labels of any bytes. */
export const anyName = fc
  .array(label, { maxLength: 12 })
  .map(labels => wire(...labels))
  .filter(name => name.length <= 255)
