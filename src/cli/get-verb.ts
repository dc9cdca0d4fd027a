// meridian get: things of the traffic document, as they are written.
import type { WrittenList } from '../control-plane/admin/api.js'
import type { ApiClient } from './client.js'
import { remote } from './remote.js'
import { kindsUsage, thingIn, yamlOf } from './thing.js'
import { EXIT, REMOTE, UsageError, type Verb } from './verb.js'

export const get: Verb = {
  usage: kindsUsage('get', '[NAME]'),
  summary: 'print things of the traffic document, as they are written',
  help: `
  meridian get regions                      all of them
  meridian get regions us-east              one
  meridian get records example.com api      what a name of a zone has
  meridian get zones --json

Prints YAML, in the words of the traffic document. What one thing is printed as is what meridian put takes.`,
  options: REMOTE,
  async run(call) {
    const { path, name, rest } = thingIn(call.words)
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    const api = await remote(call)
    const value = name === undefined ? await allOf(api, path) : await api.get(path)
    call.print(call.flag('json') ? JSON.stringify(value, null, 2) : yamlOf(value))
    return EXIT.done
  },
}

/** By their names, in the order of the document. */
async function allOf(api: ApiClient, path: string): Promise<Readonly<Record<string, unknown>>> {
  const { entries } = (await api.get(path)) as WrittenList // from a server of this release
  return Object.fromEntries(entries.map(({ id, value }) => [id, value]))
}
