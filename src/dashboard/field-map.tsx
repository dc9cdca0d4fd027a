// The fields of a map. Of very many, those that are written or that most begin with; the others are folded away.
import { useMemo } from 'preact/hooks'
import type { Schema } from './completion.js'
import type { SeveralProps } from './field-props.js'
import { isMap, withKey } from './shape.js'

interface FieldMapProps extends SeveralProps {
  readonly properties: Readonly<Record<string, Schema>>
}

/** More than one looks through. */
const MANY = 16
const FIRST = 7

export function FieldMap({ Inner, properties, schema, value, without = [], onChange }: FieldMapProps) {
  const keys = Object.keys(properties).filter(key => !without.includes(key))
  // What is filled in stays where it is: only what was there before decides.
  const folded = useMemo(() => foldedOf(keys, schema, value), [keys.join()])
  const fieldOf = (key: string) => (
    <Inner
      key={key}
      label={key}
      schema={properties[key]!} // a key of its own
      value={isMap(value) ? value[key] : undefined}
      onChange={next => onChange(withKey(value, key, next))}
    />
  )
  return (
    <>
      {keys.filter(key => !folded.includes(key)).map(fieldOf)}
      {folded.length === 0 ? null : (
        <details>
          <summary>{folded.length} more that can be said</summary>
          {folded.map(fieldOf)}
        </details>
      )}
    </>
  )
}

function foldedOf(keys: readonly string[], { required = [] }: Schema, value: unknown): readonly string[] {
  if (keys.length <= MANY) return []
  return keys.slice(FIRST).filter(key => !required.includes(key) && !(isMap(value) && Object.hasOwn(value, key)))
}
