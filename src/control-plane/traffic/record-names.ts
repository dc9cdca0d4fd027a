// Names inside record data as written: which words of which types are names, and the final dot that people forget.
import { formatName, type Name } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { looksAbsolute } from './parse-name.js'

/** Which words of the data are names. */
const NAME_WORDS: ReadonlyMap<number, readonly number[]> = new Map([
  [TYPE.NS, [0]],
  [TYPE.CNAME, [0]],
  [TYPE.DNAME, [0]],
  [TYPE.PTR, [0]],
  [TYPE.MX, [1]],
  [TYPE.RP, [0, 1]],
  [TYPE.SRV, [3]],
  [TYPE.NAPTR, [5]],
  [TYPE.SVCB, [1]],
  [TYPE.HTTPS, [1]],
])

/** What is wrong with the names in the data; undefined where nothing is. */
export function forgottenDot(type: number, data: string, origin: Name): string | undefined {
  if (data.startsWith('\\#')) return undefined
  const words = data.trim().split(/\s+/)
  const name = NAME_WORDS.get(type)
    ?.map(i => words[i] ?? '')
    .find(word => looksAbsolute(word, origin))
  return name === undefined ? undefined : `"${name}" means ${name}.${formatName(origin)} here: end it with a dot`
}
