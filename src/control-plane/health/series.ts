// Series of a Prometheus text page (exposition format 0.0.4): how one is named, and what its samples are. Pure.

export interface Series {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
}

const NAME = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?/
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/y

/** `name{label="value"}`; undefined where it is none. */
export function readSeries(text: string): Series | undefined {
  const [all = '', name = '', inner = ''] = NAME.exec(text.trim()) ?? []
  if (name === '' || all !== text.trim()) return undefined
  const labels = readLabels(inner)
  return labels === undefined ? undefined : { name, labels }
}

function readLabels(text: string): ReadonlyMap<string, string> | undefined {
  const labels = new Map<string, string>()
  LABEL.lastIndex = 0
  for (let at = 0; at < text.trimEnd().length; at = LABEL.lastIndex) {
    const [, label = '', value = ''] = LABEL.exec(text) ?? []
    if (label === '') return undefined
    labels.set(
      label,
      value.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)),
    )
  }
  return labels
}

/** The values of all samples that have the name and at least the labels. Lines that are none of the format are passed over. */
export function samplesOf(page: string, { name, labels }: Series): readonly number[] {
  const values: number[] = []
  for (const line of page.split('\n')) {
    // Cheap first: a page has thousands of lines.
    if (!line.startsWith(name)) continue
    const parts = /^([^\s{]+)(\{.*\})?\s+(\S+)/.exec(line)
    if (parts?.[1] !== name) continue
    const found = readLabels((parts[2] ?? '{}').slice(1, -1))
    if (found === undefined || ![...labels].every(([label, value]) => found.get(label) === value)) continue
    values.push(numberOf(parts[3]!))
  }
  return values
}

/** Go's spelling of what JSON has no number for. */
function numberOf(text: string): number {
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(text)
}
