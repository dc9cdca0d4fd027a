// Headers of an HTTP check, from their written form.
import type { Report } from './finding.js'
import type { Path } from './path.js'

/** RFC 9110 §7.6.1, §8.6, §10.1: they speak of the connection, or of a body that no probe has; the client sets those that it needs. */
const OF_THE_CLIENT = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

/** The schema has seen to names and values. */
export function readHeaders(
  written: object,
  path: Path,
  report: Report,
): { readonly headers: Readonly<Record<string, string>> } {
  for (const name of Object.keys(written)) {
    const lower = name.toLowerCase()
    if (lower === 'host') report({ path: [...path, name], part: 'key', message: 'is the key "host" of the check' })
    else if (OF_THE_CLIENT.has(lower))
      report({
        path: [...path, name],
        part: 'key',
        message: 'is about the connection, which is not told by a header here',
      })
  }
  return { headers: written as Readonly<Record<string, string>> } // the schema lets in nothing else
}
