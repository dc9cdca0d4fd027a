// A strict reader of the Prometheus text format, version 0.0.4, written from its description and from nothing of ours.

export interface ReadSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface ReadFamily {
  readonly help: string
  readonly type: string
  readonly samples: ReadSample[]
}

/** @throws Error at the first line that is not as the format says */
export function readExposition(text: string): ReadonlyMap<string, ReadFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, ReadFamily>()
  const help = new Map<string, string>()
  const seen = new Set<string>()
  let current = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line)
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment
      if (kind === 'HELP') {
        if (help.has(name) || families.has(name)) throw new Error(`${name} is explained twice, or after its type`)
        if (!/^(?:[^\\]|\\[\\n])*$/.test(rest)) throw new Error(`a lone backslash in: ${line}`)
        help.set(name, rest)
      } else {
        if (families.has(name)) throw new Error(`${name} has two types`)
        if (!/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) throw new Error(`no type: ${line}`)
        families.set(name, { help: help.get(name) ?? '', type: rest, samples: [] })
        current = name
      }
      continue
    }
    const sample = readSample(line)
    if (!ofFamily(sample.name, current, families.get(current)?.type))
      throw new Error(`${line} stands apart from its type`)
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`
    if (seen.has(key)) throw new Error(`${line} is there twice`)
    seen.add(key)
    families.get(current)!.samples.push(sample) // set where `current` was
  }
  return families
}

/** A histogram has three kinds of lines. */
const ofFamily = (name: string, family: string, type = ''): boolean =>
  type === 'histogram' ? ['_bucket', '_sum', '_count'].some(end => name === family + end) : name === family

function readSample(line: string): ReadSample {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0] ?? ''
  let at = name.length
  const labels: Record<string, string> = {}
  if (line[at] === '{') {
    at++
    while (line[at] !== '}') {
      const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"/.exec(line.slice(at))
      if (pair === null) throw new Error(`no label at ${at} of: ${line}`)
      const [all, label = '', value = ''] = pair
      if (Object.hasOwn(labels, label)) throw new Error(`${label} is there twice in: ${line}`)
      labels[label] = value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
      at += all.length
      if (line[at] === ',') at++
      else if (line[at] !== '}') throw new Error(`no comma at ${at} of: ${line}`)
    }
    at++
  }
  const value = /^ (\+Inf|-Inf|NaN|-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)$/.exec(line.slice(at))?.[1]
  if (name === '' || value === undefined) throw new Error(`no sample: ${line}`)
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) }
}
