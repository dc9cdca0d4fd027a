// Twenty regions and their clients without a server: the same day in a hundredth of the time, to try constants with.
import { expectedLatency } from '../../../dist/control-plane/geo/expected-latency.js'
import { IDS, REGION_LIST } from './world.mjs'

/** The finaliser of MurmurHash3: as even as that of the line. */
function mix(hash) {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

const SALTS = new Map(IDS.map((id, i) => [id, mix(i + 1)]))

/** Weighted rendezvous, as the line does it. */
function draw(address, shares) {
  const network = mix((address[0] << 24) | (address[1] << 16) | (address[2] << 8))
  let [best, bestScore] = [undefined, -1]
  for (const [region, share] of shares) {
    const score = -share / Math.log((mix(network ^ SALTS.get(region)) + 0.5) / 4294967296)
    if (score > bestScore) [best, bestScore] = [region, score]
  }
  return best
}

/** Where networks land when they are shared out. */
function lands(networks, shares) {
  const sums = new Map()
  let all = 0
  for (const { address, queries } of networks) {
    const region = draw(address, shares)
    sums.set(region, (sums.get(region) ?? 0) + queries)
    all += queries
  }
  return new Map([...sums].map(([region, queries]) => [region, queries / all]))
}

/** Groups are what a policy by distance makes of the clients: those who have the same order of regions. */
export class PlainSteering {
  constructor(clients) {
    this.lost = undefined
    this.assignment = new Map()
    for (const client of clients) {
      const ms = expectedLatency(undefined, { location: client.location })
      client.costs = REGION_LIST.map(region => ({ region: region.id, ms: ms(region) })).sort((a, b) => a.ms - b.ms)
      client.group = client.costs.map(({ region }) => region).join()
    }
    this.clients = new Map(clients.map(client => [client.text, client]))
  }

  lose(id) {
    this.lost = id
  }

  regionOf({ group, costs, address }) {
    const own = [...(this.assignment.get(group) ?? [])].filter(([region]) => region !== this.lost)
    return own.length === 0 ? costs.find(({ region }) => region !== this.lost).region : draw(address, own)
  }

  seen({ of, seconds }) {
    const groups = new Map()
    for (const { client: text, queries } of of) {
      const { group: key, costs, address } = this.clients.get(text)
      const group = groups.get(key) ?? { queries: 0, networks: [], waits: new Float64Array(costs.length) }
      groups.set(key, group)
      group.networks.push({ address, queries })
      group.queries += queries / seconds
      for (let i = 0; i < costs.length; i++) group.waits[i] += (costs[i].ms * queries) / seconds
    }
    return { others: new Map(), groups: [...groups].map(([key, group]) => this.groupOf(key, group)) }
  }

  groupOf(key, { queries, networks, waits }) {
    const options = key
      .split(',')
      .map((region, i) => ({ region, ms: waits[i] / queries }))
      .filter(({ region }) => region !== this.lost)
    return {
      key,
      queries,
      lands: shares => (shares.size === 1 ? shares : lands(networks, shares)),
      options,
      natural: new Map([[options[0].region, 1]]),
    }
  }

  apply(_groups, assignment) {
    this.assignment = assignment
  }
}
