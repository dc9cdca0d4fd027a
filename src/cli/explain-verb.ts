// meridian explain: which answer a client gets, and why.
import type { RegionView } from '../control-plane/admin/api.js'
import type { ApiClient } from './client.js'
import { formatExplanation } from './explain.js'
import { remote } from './remote.js'
import { EXIT, REMOTE, UsageError, type Verb } from './verb.js'

export const explain: Verb = {
  usage: 'explain NAME [TYPE] [--client ADDRESS|PREFIX | --near REGION] [--resolver ADDRESS]',
  summary: 'which answer a client gets, and why',
  help: `
Asks a running server what it answers, and tells how it came to it: where the client is and how that is known, every
region with its distance and health and why it was or was not chosen, the answer, its TTL and its scope.

  meridian explain api.example.com --client 133.11.0.0/24
  meridian explain api.example.com --near us-west
  meridian explain api.example.com AAAA --resolver 2001:db8::53

--client is the network that a resolver would send as EDNS Client Subnet; without it the resolver's address decides.
--near takes a client network that is close to a region; or close to a place, as degrees north and east: 35.7,139.7.`,
  options: {
    ...REMOTE,
    client: { type: 'string', value: 'NET', help: 'the client’s address or network' },
    near: { type: 'string', value: 'REGION', help: 'a client near this region, or near a place' },
    resolver: { type: 'string', value: 'ADDR', help: 'the address that the query comes from (127.0.0.1)' },
  },
  async run(call) {
    const [name, type, ...rest] = call.words
    if (name === undefined) throw new UsageError('a name is needed')
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    const query = new URLSearchParams({ name })
    if (type !== undefined) query.set('type', type)
    for (const option of ['client', 'resolver']) {
      const value = call.text(option)
      if (value !== undefined) query.set(option, value)
    }
    const api = await remote(call)
    const near = call.text('near')
    if (near !== undefined) {
      if (query.has('client')) throw new UsageError('--client and --near exclude each other')
      query.set('near', PLACE.test(near) ? near : await placeOf(api, near))
    }
    const answer = await api.get(`/v1/explain?${query}`)
    call.print(
      call.flag('json') ? JSON.stringify(answer, null, 2) : formatExplanation(answer, process.stdout.isTTY === true),
    )
    return EXIT.done
  },
}

const PLACE = /^-?[0-9.]+,-?[0-9.]+$/

/** @throws Error where the region has no place */
async function placeOf(api: ApiClient, id: string): Promise<string> {
  const { location } = (await api.get(`/v1/regions/${encodeURIComponent(id)}`)) as RegionView // from a server of this release
  if (location === undefined) throw new Error(`${id} has no location: nobody is near it`)
  return `${location.latitude},${location.longitude}`
}
