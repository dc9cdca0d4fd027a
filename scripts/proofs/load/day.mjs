// A day, minute by minute: clients ask again when their answers end, regions report what they carry, and the balancer
// of the server sees no more of it than it would of a real one: reports, and one query in so many.
import { Balancer } from '../../../dist/control-plane/balance/balancer.js'
import { Demand } from '../../../dist/control-plane/balance/demand.js'
import { solve } from '../../../dist/control-plane/balance/highs.js'
import { TopQueries } from '../../../dist/control-plane/operate/top.js'
import { parsePrefix } from '../../../dist/dns/address.js'
import { busyness, capacityOf, IDS } from './world.mjs'

const STEP_S = 60
export const STEPS_AN_HOUR = 3600 / STEP_S
/** What a region should carry, of its capacity. */
export const TARGET = 0.8
/** Seconds that answers are kept. */
const KEPT = { least: 20, most: 60 }
const QUESTION = { transport: 'udp', name: 'api.example.com.', type: 'A', zone: 'example.com.', rcode: 'NOERROR' }

export class Day {
  /**
   * @param steering what sends clients to regions: the real one, or a plain one
   * @param total what all regions can carry, 1 being what all clients ask for at their busiest
   */
  constructor(steering, clients, { total, samples, random }) {
    Object.assign(this, { steering, random, samples, total, second: 0, lost: undefined })
    this.clients = clients.map(client => ({
      ...client,
      client: parsePrefix(client.text),
      region: undefined,
      until: random() * KEPT.most,
      mood: 1,
      load: 0,
    }))
    this.balancer = new Balancer(solve)
    this.demand = new Demand()
    this.top = new TopQueries(0)
  }

  get capacities() {
    return new Map(IDS.map(id => [id, capacityOf(id, this.total)]))
  }

  /** Takes a region out, or brings it back; balancing is asked at once, as it is by a change of health. */
  async lose(id) {
    this.lost = id
    this.steering.lose(id)
    await this.balance()
  }

  /** A minute at an hour of the day (UTC). @returns what each region carries, and the share of clients that moved */
  async step(hour) {
    this.second += STEP_S
    let moved = 0
    let all = 0
    const loads = new Map(IDS.map(id => [id, 0]))
    for (const client of this.clients) {
      client.mood += (1 - client.mood) * 0.05 + (this.random() - 0.5) * 0.06
      client.load = client.weight * busyness(client.location, hour) * client.mood
      all += client.load
      if (client.until <= this.second) {
        const region = this.steering.regionOf(client)
        if (client.region !== undefined && region !== client.region) moved += client.load
        client.region = region
        client.until = this.second + KEPT.least + this.random() * (KEPT.most - KEPT.least)
      }
      // Whoever still has the address of a lost region reaches nobody.
      if (client.region !== undefined && client.region !== this.lost)
        loads.set(client.region, loads.get(client.region) + client.load)
    }
    this.loads = loads
    this.sample(all)
    await this.balance()
    return { loads, moved: moved / all, all }
  }

  /** Some queries, each of a client by what it asks for. */
  sample(all) {
    const at = this.second * 1000
    const spots = Array.from({ length: this.samples }, () => this.random() * all).sort((a, b) => a - b)
    let next = 0
    let sum = 0
    for (const { load, client, region } of this.clients) {
      for (sum += load; next < spots.length && spots[next] < sum; next++)
        this.top.add({ ...QUESTION, at, weight: 1000, client, region, rung: 'healthy', reason: 'steered' })
    }
  }

  async balance() {
    const now = this.second * 1000
    const { groups, others } = this.steering.seen(this.top.demand('1h', now))
    const reports = new Map()
    for (const [id, capacity] of this.capacities)
      if (id !== this.lost) reports.set(id, { current: this.loads?.get(id) ?? 0, target: capacity * TARGET, capacity })
    const problem = this.demand.problem(groups, others, reports, group => this.balancer.sharesOf(group), now)
    const before = this.assignment
    this.assignment = await this.balancer.step(problem, now)
    this.groups = groups.length
    if (this.assignment !== before) this.steering.apply(groups, this.assignment)
  }
}
