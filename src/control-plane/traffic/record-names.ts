// Names inside record data as written: which words of which types are names, and the final dot that people forget.
import { formatName, type Name } from '../../dns/name.js'
import { nameWords } from '../../dns/rdata.js'
import { looksAbsolute } from './parse-name.js'

/** What is wrong with the names in the data; undefined where nothing is. */
export function forgottenDot(type: number, data: string, origin: Name): string | undefined {
  if (data.startsWith('\\#')) return undefined
  const words = data.trim().split(/\s+/)
  const name = nameWords(type)
    .map(i => words[i] ?? '')
    .find(word => looksAbsolute(word, origin))
  return name === undefined ? undefined : `"${name}" means ${name}.${formatName(origin)} here: end it with a dot`
}
