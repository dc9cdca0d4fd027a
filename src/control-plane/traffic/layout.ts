// How new values are laid out in YAML text: between brackets while they fit on the line, on lines of their own where not.
import { isMap } from './edit-value.js'
import { scalarText } from './yaml.js'

const WIDTH = 100

/** The value on one line: `{ type: A, data: 192.0.2.1 }`, `[a, b]`. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (!isMap(value)) return scalarText(value as string | number | boolean | null) // JSON has nothing else
  const pairs = Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : `${keyText(key)}: ${inline(item)}`,
  )
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}

/** A key that is a number or the like may stand without quotes: keys are always text. */
export const keyText = (key: string): string => (/^[0-9]+$/.test(key) ? key : scalarText(key))

/** What follows `key:` or `-`, from the blank or line end on; `indent` is the column of that key or dash. */
export function after(value: unknown, indent: number, used: number, eol: string): string {
  const line = inline(value)
  const empty = typeof value !== 'object' || value === null || line.length <= 2
  if (empty || used + 1 + line.length <= WIDTH) return ` ${line}`
  const inner = indent + 2
  const start = `${eol}${' '.repeat(inner)}`
  if (Array.isArray(value)) return value.map(item => `${start}-${after(item, inner, inner + 1, eol)}`).join('')
  return Object.entries(value)
    .map(([key, item]) => [keyText(key), item] as const)
    .map(([key, item]) => `${start}${key}:${after(item, inner, inner + key.length + 1, eol)}`)
    .join('')
}
