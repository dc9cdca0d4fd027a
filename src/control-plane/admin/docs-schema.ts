// A JSON schema as a table for people: keys, types, what they mean. Pure.
import { type Html, html, prose } from './html.js'
import type { Schema } from './openapi-document.js'

export function docsSchema(schema: Schema): Html {
  const rows = keysOf(schema, '')
  return rows.length === 0
    ? html`<p>${prose(schema.description ?? '')}</p>`
    : html`<p>${prose(schema.description ?? '')}</p><table>${rows.map(row)}</table>`
}

interface Key {
  readonly path: string
  readonly schema: Schema
  readonly required: boolean
}

/** Every key with the keys below it: `health[].checks[].up`. */
function keysOf(schema: Schema, path: string): readonly Key[] {
  if (schema.items !== undefined) return keysOf(schema.items, `${path}[]`)
  if (schema.then !== undefined) return keysOf(schema.then, path)
  return Object.entries(schema.properties ?? {}).flatMap(([name, below]) => {
    const at = path === '' ? name : `${path}.${name}`
    return [{ path: at, schema: below, required: schema.required?.includes(name) ?? false }, ...keysOf(below, at)]
  })
}

const row = ({ path, schema, required }: Key): Html =>
  html`<tr><td><code>${path}</code></td><td class="soft">${typeOf(schema)}${required ? '' : ', optional'}</td><td>${prose(schema.description ?? '')}${example(schema)}</td></tr>`

function typeOf({ type, enum: words, then, else: otherwise }: Schema): string {
  if (words !== undefined) return words.map(word => JSON.stringify(word)).join(' | ')
  if (then !== undefined && otherwise !== undefined) return `${typeOf(then)} | ${typeOf(otherwise)}`
  return type === undefined ? 'any' : [type].flat().join(' | ')
}

const example = ({ examples: [first] = [] }: Schema): Html | undefined =>
  first === undefined ? undefined : html` <span class="soft">For example <code>${JSON.stringify(first)}</code></span>`
