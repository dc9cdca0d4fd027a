// meridian export: the traffic document of a running server, with its comments, as a file again.
import { remote } from './remote.js'
import { EXIT, REMOTE, UsageError, type Verb } from './verb.js'

export const exportVerb: Verb = {
  usage: 'export',
  summary: 'print the traffic document of a running server, comments and all',
  help: `
The way back of apply: the document as it is written, to be kept, edited or brought to another server.

  meridian export > traffic.yaml

Files that the document names stay where they are.`,
  options: REMOTE,
  async run(call) {
    if (call.words.length > 0) throw new UsageError(`"${call.words[0]}" is not expected here`)
    const api = await remote(call)
    const { revisions } = await api.get('/v1/revisions?limit=1')
    const number = revisions[0]?.number
    if (number === undefined)
      throw new Error('there is no document yet (meridian apply FILE brings one), or etcd, which has it, is away')
    const text = await api.text(`/v1/revisions/${number}/text`)
    call.print(call.flag('json') ? JSON.stringify({ revision: number, text }, null, 2) : text.replace(/\n$/, ''))
    return EXIT.done
  },
}
