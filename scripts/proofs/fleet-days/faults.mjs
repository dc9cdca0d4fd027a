// What befalls the simulated world: each fault begins somewhere, lasts a while, and is over; several overlap. And what mends all of them.

import { MEMBERS, NODES, REGIONS } from './names.mjs'
import { after, cancel } from './time.mjs'

const SECOND = 1000
const MINUTE = 60_000

/** By name: how likely, how long at the most, and what is done; what it gives back undoes it. */
const FAULTS = {
  'a node is killed': { weight: 8, longest: 20 * MINUTE, begin: killNode(false) },
  'a node loses its power': { weight: 4, longest: 20 * MINUTE, begin: killNode(true) },
  'a node is restarted': { weight: 5, longest: 20 * SECOND, begin: restartNode },
  'a node is cut off from the store': { weight: 8, longest: 25 * MINUTE, begin: cutNode(['to', 'from']) },
  'a node hears nothing of the store': { weight: 5, longest: 15 * MINUTE, begin: cutNode(['from']) },
  'the store hears nothing of a node': { weight: 5, longest: 15 * MINUTE, begin: cutNode(['to']) },
  'a node is cut off from one member': { weight: 4, longest: 20 * MINUTE, begin: cutFromMember },
  'links of a node lose packets': {
    weight: 6,
    longest: 20 * MINUTE,
    begin: spoilLinks(chance => ({ loss: chance.between(0.05, 0.4) })),
  },
  'links of a node are slow': {
    weight: 5,
    longest: 20 * MINUTE,
    begin: spoilLinks(chance => ({ ms: chance.between(50, 900) })),
  },
  'the leader of the store is killed': { weight: 6, longest: 10 * MINUTE, begin: killMember },
  'a member of the store is apart': { weight: 6, longest: 15 * MINUTE, begin: partMember },
  'the store loses its quorum': { weight: 5, longest: 20 * MINUTE, begin: killMost },
  'the store forgets its past': { weight: 6, longest: 0, begin: compact },
  'the store loses its data': { weight: 0.4, longest: 0, begin: wipe },
  'the disks of the store are slow': { weight: 3, longest: 10 * MINUTE, begin: slowStore },
  'the clock of a node is wrong': { weight: 6, longest: 40 * MINUTE, begin: skew },
  'the disk of a node is full': { weight: 4, longest: 30 * MINUTE, begin: fillDisk },
  'the disk of a node is slow': { weight: 3, longest: 20 * MINUTE, begin: slowDisk },
  'the copy of a node is damaged': { weight: 3, longest: 0, begin: damageCopy },
  'half of the probes are cut': { weight: 4, longest: 40 * MINUTE, begin: cutHalf },
  'a node reaches no region': { weight: 3, longest: 40 * MINUTE, begin: cutSight(REGIONS) },
  'a node does not reach one region': { weight: 6, longest: 40 * MINUTE, begin: cutOneSight },
  'a region fails': { weight: 12, longest: 40 * MINUTE, begin: failRegion },
}

const NAMES = Object.keys(FAULTS)
const ALL = NAMES.reduce((sum, name) => sum + FAULTS[name].weight, 0)

export class Faults {
  counts = Object.fromEntries(NAMES.map(name => [name, 0]))
  /** What undoes those that are going on. */
  undos = new Set()

  /** @param touched called whenever something is other than before */
  constructor(world, touched) {
    this.world = world
    this.touched = touched
  }

  /** Begins one, whatever it is. */
  strike() {
    const { world } = this
    const { chance } = world
    const name = this.pick()
    const { begin, longest } = FAULTS[name]
    const done = begin(world, chance, this)
    if (done === undefined) return
    const { who, undo } = done
    this.counts[name]++
    world.tell(who, name)
    this.touched()
    if (undo === undefined) return
    const over = () => {
      cancel(timer)
      if (!this.undos.delete(over)) return
      undo()
      world.tell(who, `it is over that ${name}`)
      this.touched()
    }
    this.undos.add(over)
    // Short ones are as likely as long ones.
    const timer = after(SECOND * (longest / SECOND) ** chance.roll(), over)
  }

  /** All that goes on is over. */
  mend() {
    for (const undo of [...this.undos]) undo()
  }

  pick() {
    let left = this.world.chance.roll() * ALL
    for (const name of NAMES) {
      left -= FAULTS[name].weight
      if (left < 0) return name
    }
    return NAMES[0]
  }
}

function killNode(losesPower) {
  return (world, chance) => {
    const up = world.nodes.filter(({ state }) => state !== 'down')
    if (up.length === 0) return undefined
    const one = chance.of(up)
    world.end(one, losesPower)
    one.held = true
    return { who: one.name, undo: () => world.comeBack(one) }
  }
}

function restartNode(world, chance) {
  const up = world.running()
  if (up.length === 0) return undefined
  const one = chance.of(up)
  world.stop(one)
  return { who: one.name, undo: () => world.comeBack(one) }
}

/** Links may be cut for several reasons at once: they are whole when all of them are over. */
function cut(world, from, to) {
  const link = world.network.link(from, to)
  link.cuts = (link.cuts ?? 0) + 1
  link.cut = true
  return () => {
    link.cuts--
    link.cut = link.cuts > 0
  }
}

const undoAll = undos => () => {
  for (const undo of undos) undo()
}

function cutNode(ways) {
  return (world, chance) => {
    const node = chance.of(NODES)
    const undos = MEMBERS.flatMap(member => [
      ...(ways.includes('to') ? [cut(world, node, member)] : []),
      ...(ways.includes('from') ? [cut(world, member, node)] : []),
    ])
    return { who: node, undo: undoAll(undos) }
  }
}

function cutFromMember(world, chance) {
  const node = chance.of(NODES)
  const member = chance.of(MEMBERS)
  return { who: node, undo: undoAll([cut(world, node, member), cut(world, member, node)]) }
}

function spoilLinks(how) {
  return (world, chance) => {
    const node = chance.of(NODES)
    const spoiled = how(chance)
    const links = MEMBERS.flatMap(member => [world.network.link(node, member), world.network.link(member, node)])
    for (const link of links) Object.assign(link, spoiled)
    const whole = Object.fromEntries(Object.keys(spoiled).map(key => [key, 0]))
    return { who: node, undo: undoAll(links.map(link => () => Object.assign(link, whole))) }
  }
}

function killMember({ store }, _chance) {
  if (store.leader === undefined) return undefined
  return down(store, [store.leader.name])
}

function killMost({ store }, chance) {
  const spared = chance.of(MEMBERS)
  return down(
    store,
    MEMBERS.filter(name => name !== spared),
  )
}

function down(store, names) {
  const mine = names.filter(name => store.member(name).up)
  for (const name of mine) store.setUp(name, false)
  return { who: mine.join(', '), undo: undoAll(mine.map(name => () => store.setUp(name, true))) }
}

function partMember(world, chance) {
  const apart = chance.of(MEMBERS)
  const others = MEMBERS.filter(name => name !== apart)
  const undos = others.flatMap(other => [cut(world, apart, other), cut(world, other, apart)])
  world.store.changed()
  return {
    who: apart,
    undo: () => {
      undoAll(undos)()
      world.store.changed()
    },
  }
}

function compact({ store }) {
  store.state.compact()
  return { who: 'the store' }
}

function wipe(world) {
  world.store.wipe()
  world.wiped()
  return { who: 'the store' }
}

function slowStore({ store }, chance) {
  store.commitMs = chance.between(100, 800)
  return { who: 'the store', undo: () => Object.assign(store, { commitMs: 2 }) }
}

function skew({ nodes }, chance) {
  const { name, machine } = chance.of(nodes)
  machine.skew = chance.between(-30_000, 30_000)
  return { who: name, undo: () => Object.assign(machine, { skew: 0 }) }
}

function fillDisk(world, chance) {
  const one = chance.of(world.nodes)
  one.disk.full = true
  world.spoilCopy(one)
  return {
    who: one.name,
    undo: () => {
      one.disk.full = false
      world.spoilCopy(one)
    },
  }
}

function slowDisk({ nodes }, chance) {
  const { name, disk } = chance.of(nodes)
  disk.ms = 300
  return { who: name, undo: () => Object.assign(disk, { ms: 1 }) }
}

function damageCopy(world, chance) {
  const one = chance.of(world.nodes)
  one.disk.damage(`/sim/${one.name}/state/fleet-copy.json`)
  world.spoilCopy(one)
  return { who: one.name }
}

function cutSight(regions) {
  return (world, chance) => {
    const node = chance.of(NODES)
    const mine = regions.filter(region => world.sight.get(`${node} ${region}`).open)
    for (const region of mine) world.setSight(node, region, false)
    return { who: node, undo: undoAll(mine.map(region => () => world.setSight(node, region, true))) }
  }
}

function cutOneSight(world, chance) {
  return cutSight([chance.of(REGIONS)])(world, chance)
}

function cutHalf(world, chance) {
  const half = chance.is(0.5) ? REGIONS.slice(0, 2) : [REGIONS[0], REGIONS[3]]
  return cutSight(half)(world, chance)
}

function failRegion(world, chance) {
  const up = REGIONS.filter(region => world.regions.get(region).up)
  // Where all of them fail there is nothing to be right about.
  if (up.length < 3) return undefined
  const region = chance.of(up)
  world.setRegion(region, false, chance.of(['silent', 'silent', '503']))
  return { who: region, undo: () => world.setRegion(region, true) }
}
