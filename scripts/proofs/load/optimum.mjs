// The least latency that clients can have, each network for itself, while regions stay within their targets: known only to
// somebody who knows all that every client asks for, and may move all of them at once.
import { solve } from '../../../dist/control-plane/balance/highs.js'
import { transport } from '../../../dist/control-plane/balance/transport.js'
import { kilometres } from '../../../dist/control-plane/geo/distance.js'
import { modelled } from '../../../dist/control-plane/geo/latency-model.js'

/** Regions that each network may go to: its nearest ones. */
const OPTIONS = 8

/** Adds to each client what its nearest regions cost it, ms; least first. */
export function withOptions(clients, regions) {
  return clients.map(client => ({
    ...client,
    options: regions
      .map(({ id, location }) => ({ region: id, ms: modelled(kilometres(client.location, location)) }))
      .sort((a, b) => a.ms - b.ms),
  }))
}

const costAt = ({ options }, region) => options.find(option => option.region === region)?.ms ?? 0

/** What a client waits in the mean: where they are, and where each would be in its nearest region. */
export function meanLatency(clients, lost) {
  let [now, nearest, all] = [0, 0, 0]
  for (const client of clients) {
    if (client.region === undefined || client.region === lost) continue
    now += client.load * costAt(client, client.region)
    nearest += client.load * client.options.find(({ region }) => region !== lost).ms
    all += client.load
  }
  return { now: now / all, nearest: nearest / all }
}

/** What a client would wait in the mean by the best of all plans. */
export async function leastLatency(clients, rooms, lost) {
  const groups = clients.map(({ options, load }, i) => ({
    key: String(i),
    demand: load,
    options: options.filter(({ region }) => region !== lost).slice(0, OPTIONS),
    natural: new Map(),
  }))
  const open = rooms.filter(({ region }) => region !== lost)
  const { program, read } = transport({ groups, rooms: open }, () => new Map(), { inertiaMs: 0, mostMoved: 1 })
  const plan = read(await solve(program))
  let [cost, all] = [0, 0]
  for (const { key, demand, options } of groups) {
    for (const [region, share] of plan.get(key))
      cost += demand * share * options.find(option => option.region === region).ms
    all += demand
  }
  return cost / all
}
