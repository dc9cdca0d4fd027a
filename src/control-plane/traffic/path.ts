// Where a value stands in a document: keys and indexes from the root down.

export type Path = readonly (string | number)[]

/** `regions.eu-central.addresses[0]`; a key that is no plain word is quoted: `zones["example.com"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (!/^[\w@*-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}
