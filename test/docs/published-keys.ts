// The keys of a published JSON Schema, with their defaults: `checks.*.interval` and so on.

export interface Key {
  readonly path: string
  readonly fallback: unknown
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema | readonly Schema[]
  readonly if?: unknown
  readonly then?: Schema
  readonly else?: Schema
  readonly default?: unknown
}

/** Each key once; what is a list or a choice has the keys of its parts. */
export function keysOf(schema: Schema): ReadonlyMap<string, Key> {
  const keys = new Map<string, Key>()
  visit(schema, [], keys)
  return keys
}

function visit(schema: Schema, path: readonly string[], keys: Map<string, Key>): void {
  for (const side of [schema.then, schema.else]) if (side !== undefined) visit(side, path, keys)
  for (const [name, value] of Object.entries(schema.properties ?? {})) {
    const at = [...path, name]
    const key = { path: at.join('.'), fallback: value.default }
    if (keys.get(key.path)?.fallback === undefined) keys.set(key.path, key)
    visit(value, at, keys)
  }
  if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, [...path, '*'], keys)
  if (schema.items !== undefined && !Array.isArray(schema.items)) visit(schema.items as Schema, path, keys) // narrowed but for readonly
}
