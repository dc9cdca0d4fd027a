// meridian explain: which answer a client gets, and why.
import { formatExplanation } from './explain.js'
import { remote } from './remote.js'
import { EXIT, REMOTE, UsageError, type Verb } from './verb.js'

export const explain: Verb = {
  usage: 'explain NAME [TYPE] [--client ADDRESS|PREFIX] [--resolver ADDRESS]',
  summary: 'which answer a client gets, and why',
  help: `
Asks a running server what it answers, and tells how it came to it: where the client is and how that is known, every
region with its distance and health and why it was or was not chosen, the answer, its TTL and its scope.

  meridian explain api.example.com --client 133.11.0.0/24
  meridian explain api.example.com AAAA --resolver 2001:db8::53

--client is the network that a resolver would send as EDNS Client Subnet; without it the resolver's address decides.`,
  options: {
    ...REMOTE,
    client: { type: 'string', value: 'NET', help: 'the client’s address or network' },
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
    const answer = await (await remote(call)).get(`/v1/explain?${query}`)
    call.print(
      call.flag('json') ? JSON.stringify(answer, null, 2) : formatExplanation(answer, process.stdout.isTTY === true),
    )
    return EXIT.done
  },
}
