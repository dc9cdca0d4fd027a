// What the body of an answer must be like: a text in it, an expression that matches, values of JSON.
import type { BodySpec } from '../traffic/document/check.js'
import { boundedMatch } from './bounded-match.js'

/** Bytes that are read where nobody asks for more: beyond it a body says nothing about health. */
export const BODY_LIMIT = 65_536

/** Why the body will not do, in words; undefined where it does. `body` holds no more than `limit` bytes. */
export function bodyFailure(body: Uint8Array, spec: BodySpec): string | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  const within = body.length >= spec.limit ? `the first ${spec.limit} bytes of the body` : 'the body'
  if (spec.contains !== undefined && !text.includes(spec.contains))
    return `${JSON.stringify(spec.contains)} is not in ${within}`
  const unlike = spec.matches === undefined ? undefined : matchFailure(spec.matches, text, within)
  if (unlike !== undefined) return unlike
  return spec.json === undefined ? undefined : jsonFailure(text, spec.json, within)
}

function matchFailure(source: string, text: string, within: string): string | undefined {
  const matches = boundedMatch(expression(source), text)
  if (matches === undefined) return `${source} takes too long to match ${within}`
  return matches ? undefined : `${within} does not match ${source}`
}

let last = { source: '', expression: /(?:)/ }

/** @throws SyntaxError where it is none; the gate of the document has tried */
export function expression(source: string): RegExp {
  if (last.source !== source) last = { source, expression: new RegExp(source, 'u') }
  return last.expression
}

function jsonFailure(text: string, wanted: NonNullable<BodySpec['json']>, within: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return `${within} is not JSON`
  }
  for (const [pointer, expected] of Object.entries(wanted)) {
    const found = valueAt(value, pointer)
    if (found !== expected)
      return `${pointer === '' ? 'the body' : pointer} is ${show(found)}, expected ${show(expected)}`
  }
  return undefined
}

/** RFC 6901; undefined where it leads nowhere. */
export function valueAt(value: unknown, pointer: string): unknown {
  let at = value
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key] // a map or a list from JSON, of which it is an own key
  }
  return at
}

/** What a far server wrote is shown, but not at length. */
function show(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
