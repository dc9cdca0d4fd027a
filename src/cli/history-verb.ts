// meridian history: what was served before, who changed it, and why.
import { remote } from './remote.js'
import { formatHistory, formatRevision } from './revision.js'
import { EXIT, REMOTE, UsageError, type Verb } from './verb.js'

export const history: Verb = {
  usage: 'history [REVISION] [--limit NUMBER] [--before REVISION]',
  summary: 'what was served before, who changed it, and why',
  help: `
Every traffic document that was ever in force, newest first, whoever changed it: by hand in the file, through the API,
or by this program. With a number, all that this revision changed.

  meridian history
  meridian history 42
  meridian history 42 --text > as-it-was.yaml

An edit by hand has the actor "file". Differences are those of meaning: the order of a set, comments and layout are none.`,
  options: {
    ...REMOTE,
    limit: { type: 'string', value: 'NUMBER', help: 'how many at most (20)' },
    before: { type: 'string', value: 'REVISION', help: 'only those before this one' },
    text: { type: 'boolean', help: 'print the document of the revision, with its comments' },
  },
  async run(call) {
    const [number, ...rest] = call.words
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    if (number === undefined && call.flag('text')) throw new UsageError('--text needs a revision')
    const api = await remote(call)
    if (number !== undefined) {
      const path = `/v1/revisions/${encodeURIComponent(number)}` as const
      if (call.flag('text')) {
        call.print((await api.text(`${path}/text`)).replace(/\n$/, ''))
        return EXIT.done
      }
      const revision = await api.get(path)
      call.print(call.flag('json') ? JSON.stringify(revision, null, 2) : formatRevision(revision))
      return EXIT.done
    }
    const query = new URLSearchParams({ limit: call.text('limit') ?? '20' })
    const before = call.text('before')
    if (before !== undefined) query.set('before', before)
    const list = await api.get(`/v1/revisions?${query.toString()}`)
    call.print(call.flag('json') ? JSON.stringify(list, null, 2) : formatHistory(list))
    return EXIT.done
  },
}
