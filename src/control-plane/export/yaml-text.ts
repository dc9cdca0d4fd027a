// Plain values as YAML for programs that read YAML 1.1, where `no` and `1:30` are no texts: all that could be taken for something else is quoted.

/** Maps with their keys in natural order, as octoDNS wants them: `a2` before `a10`. */
export function yamlText(value: unknown): string {
  return `---\n${block(value, '')}\n`
}

function block(value: unknown, indent: string): string {
  if (!isFilled(value)) return `${indent}${scalar(value)}`
  if (Array.isArray(value)) return value.map(one => `${indent}- ${block(one, `${indent}  `).trimStart()}`).join('\n')
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => naturally(a, b))
    .map(([key, one]: [string, unknown]) =>
      isFilled(one)
        ? `${indent}${scalar(key)}:\n${block(one, `${indent}  `)}`
        : `${indent}${scalar(key)}: ${scalar(one)}`,
    )
    .join('\n')
}

/** A map or a list with something in it. */
const isFilled = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0

const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i

/** A JSON text is a quoted one of YAML. */
const scalar = (value: unknown): string =>
  typeof value === 'string' && /^[A-Za-z][\w./-]*$/.test(value) && !WORDS.test(value) ? value : JSON.stringify(value)

/** Digits count as a number. */
export function naturally(a: string, b: string): number {
  const [left, right] = [a, b].map(text => text.split(/(\d+)/))
  for (let i = 0; i < Math.min(left!.length, right!.length); i++) {
    const [one, other] = [left![i]!, right![i]!]
    const order = i % 2 === 1 ? Number(one) - Number(other) : one < other ? -1 : one > other ? 1 : 0
    if (order !== 0) return order
  }
  return left!.length - right!.length
}
