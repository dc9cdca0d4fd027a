// One simulated world: three nodes, three members of the store, four regions, the links between them, and what each can do.
import { Disk } from './disk.mjs'
import { firstDocument, regionAt } from './document.mjs'
import { connect } from './gateway.mjs'
import { Judge } from './judge.mjs'
import { NODES, REGIONS } from './names.mjs'
import { Network } from './network.mjs'
import { startNode } from './node.mjs'
import { Chance } from './random.mjs'
import { Store } from './store.mjs'
import { after, afterOn, begin, Machine, OUTSIDE, on, time } from './time.mjs'

/** What restarts a node that has ended waits so long, ms. */
const RESTART_MS = 5000
/** What stops a node waits no longer, ms. */
const STOP_MS = 20_000
const QUORUMS = ['majority', 'majority', 'any', 'all', '2']
/** What is remembered of what happened, to be shown where something is wrong. */
const TOLD = 60

export class World {
  told = []
  /** How often the store has lost its data. */
  wipes = 0
  /** ms since when it is as it is; by region, and by node and region. */
  regions = new Map(REGIONS.map(region => [region, { up: true, how: 'silent', since: 0 }]))
  sight = new Map(NODES.flatMap(node => REGIONS.map(region => [`${node} ${region}`, { open: true, since: 0 }])))

  constructor(seed) {
    this.seed = seed
    this.chance = new Chance(seed)
    begin(new Chance(seed ^ 0x5eed).roll)
    this.network = new Network(new Chance(seed + 1))
    this.store = new Store(this.network, new Chance(seed + 2))
    connect(this.network, this.store)
    this.votes = { quorum: this.chance.of(QUORUMS), holdMs: this.chance.of([0, 0, 300_000]) }
    this.nodes = NODES.map(name => ({
      name,
      machine: new Machine(name),
      disk: new Disk(name),
      state: 'down',
      node: undefined,
    }))
    this.document = firstDocument(this.votes)
    this.judge = new Judge(this)
  }

  /** Something happened; shown where it turns out to matter. */
  tell(who, what) {
    this.told.push(`${clock(time())} ${who} ${what}`)
    if (this.told.length > 2 * TOLD) this.told.splice(0, TOLD)
  }

  start(one) {
    const { name, machine } = one
    const life = machine.life
    one.state = 'starting'
    one.startedAt = time()
    this.tell(name, 'starts')
    on(machine, () =>
      startNode(name, { probe: this.probe(one), say: (kind, words, more) => this.said(one, kind, words, more) }).then(
        node => {
          if (machine.life !== life) return
          one.node = node
          one.state = 'up'
          one.upAt = time()
          this.judge.began(one)
          this.judge.touched()
          this.tell(name, 'answers')
        },
        error => {
          if (machine.life !== life) return
          this.tell(name, `ends: ${error.message}`)
          this.end(one)
          afterOn(OUTSIDE, RESTART_MS, () => one.state === 'down' && !one.held && this.start(one))
        },
      ),
    )
  }

  /** As by SIGKILL, or with the power. */
  end(one, losesPower = false) {
    one.machine.end()
    if (losesPower) one.disk.losePower()
    one.state = 'down'
    one.node = undefined
    this.judge.ended(one)
    this.judge.touched()
  }

  /** As by SIGTERM: it ends when it has said good-bye, or when nobody waits any longer. */
  stop(one) {
    const { machine, node } = one
    const life = machine.life
    one.held = true
    one.state = 'stopping'
    const end = () => {
      if (machine.life !== life) return
      this.end(one)
      if (!one.held) this.start(one)
    }
    afterOn(OUTSIDE, STOP_MS, end)
    on(machine, () => node.stop().then(() => afterOn(OUTSIDE, 0, end)))
  }

  /** It may run again. */
  comeBack(one) {
    one.held = false
    if (one.state === 'down') this.start(one)
  }

  /** The copy on its disk may be older than what it knows, until it is written anew. */
  spoilCopy(one) {
    one.copySpoiledAt = this.judge.edits.links.length
  }

  /** The store has lost its data. */
  wiped() {
    this.wipes++
    this.judge.wiped()
  }

  said(one, kind, words, more) {
    if (kind === 'warn' || kind === 'error' || kind === 'problem')
      this.tell(one.name, `${words}${more?.err ? `: ${more.err.message}` : ''}`)
  }

  /** What a probe from a node finds. */
  probe({ name }) {
    return async (_spec, address, signal, trace) => {
      const region = regionAt(address)
      const there = this.regions.get(region)
      if (!this.sight.get(`${name} ${region}`).open || (!there.up && there.how === 'silent'))
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
      await new Promise(resolve => after(this.network.chance.between(5, 80), resolve))
      trace.heard = true
      if (!there.up) throw new Error(`status ${there.how}, expected 200-299`)
    }
  }

  setRegion(region, up, how) {
    Object.assign(this.regions.get(region), { up, how, since: time() })
  }

  setSight(node, region, open) {
    const sight = this.sight.get(`${node} ${region}`)
    if (sight.open !== open) Object.assign(sight, { open, since: time() })
  }

  running() {
    return this.nodes.filter(({ state }) => state === 'up')
  }
}

export function clock(ms) {
  const two = number => String(Math.floor(number)).padStart(2, '0')
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`
}
