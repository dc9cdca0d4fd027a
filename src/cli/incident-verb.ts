// meridian incident: what befell regions, from the first failure to the last answer in a cache.
import type { IncidentList, IncidentView } from '../control-plane/admin/api.js'
import { formatIncident, formatIncidents } from './incident.js'
import { remote } from './remote.js'
import { EXIT, REMOTE, UsageError, type Verb } from './verb.js'

export const incident: Verb = {
  usage: 'incident list [REGION] | show ID',
  summary: 'what befell regions, from the first failure to the last answer in a cache',
  help: `
  meridian incident list               the last incidents, newest first
  meridian incident list eu-central    those of one region
  meridian incident show 12            one of them, step by step

Times of answers are those of the answers that this server gave, exact to a hundredth of a second. An answer stays in the
caches of resolvers for as long as its TTL says; "forgotten" is when the last one has left them.`,
  options: { ...REMOTE, open: { type: 'boolean', help: 'with list: only those that last' } },
  async run(call) {
    const [action = '', word, ...rest] = call.words
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    if (action !== 'list' && action !== 'show') throw new UsageError(`"${action}" is not list or show`)
    const json = call.flag('json')
    if (action === 'show') {
      if (word === undefined) throw new UsageError('show needs the number of an incident; list shows them')
      const api = await remote(call)
      const view = (await api.get(`/v1/incidents/${encodeURIComponent(word)}`)) as IncidentView // a server of this release
      call.print(json ? JSON.stringify(view, null, 2) : formatIncident(view))
      return EXIT.done
    }
    const query = new URLSearchParams({
      ...(word === undefined ? {} : { region: word }),
      ...(call.flag('open') ? { state: 'open' } : {}),
    })
    const api = await remote(call)
    const list = (await api.get(`/v1/incidents${query.size === 0 ? '' : `?${query}`}`)) as IncidentList // likewise
    call.print(json ? JSON.stringify(list, null, 2) : formatIncidents(list))
    return EXIT.done
  },
}
