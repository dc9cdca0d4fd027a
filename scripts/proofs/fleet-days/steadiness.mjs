// Which nodes can have heard everything, judged from outside: by links, members and processes, and by nothing that a node says of itself.

import { MEMBERS } from './names.mjs'
import { SILENCE_MS, STORE_TIMEOUT_MS } from './node.mjs'
import { time } from './time.mjs'

/** A connection that hears nothing is found out within this, as docs/fleet.md has it, and made anew. */
export const SETTLED_MS = SILENCE_MS + 4 * STORE_TIMEOUT_MS
/** A node that is silent for so long is gone for the others: a new leader of the store gives a lease its time anew. */
export const GONE_MS = 2 * SILENCE_MS + 2 * STORE_TIMEOUT_MS

export class Steadiness {
  /** By node, ms since when nothing has been in its way; undefined where something is. */
  good = new Map()
  /** By node, ms since when it cannot be heard at all. */
  cut = new Map()

  constructor(world) {
    this.world = world
  }

  /** To be called whenever something has changed. */
  look() {
    const { world, good, cut } = this
    const agree = this.storeAgrees()
    const shape = [world.wipes, ...world.store.members.map(({ up }) => up)].join()
    const shaken = shape !== this.shape || !agree
    this.shape = shape
    for (const one of world.nodes) {
      const clean = one.state === 'up' && agree && this.linksAre(one, isClean)
      if (!clean || shaken) good.delete(one.name)
      if (clean && !good.has(one.name)) good.set(one.name, time())
      const deaf = one.state === 'down' || this.linksAre(one, ({ cut }) => cut)
      if (!deaf) cut.delete(one.name)
      else if (!cut.has(one.name)) cut.set(one.name, time())
    }
  }

  /** It has had the time to hear everything. */
  isSteady(name) {
    const since = this.good.get(name)
    return since !== undefined && time() - since >= SETTLED_MS
  }

  /** Nobody can count it any more. */
  isGone(name) {
    const since = this.cut.get(name)
    return since !== undefined && time() - since >= GONE_MS && this.storeAgrees()
  }

  storeAgrees() {
    const { store } = this.world
    const up = store.members.filter(member => member.up)
    return up.length * 2 > store.members.length && up.every(member => store.serves(member)) && store.commitMs < 50
  }

  linksAre({ name }, holds) {
    const { network } = this.world
    return MEMBERS.every(member => holds(network.link(name, member)) && holds(network.link(member, name)))
  }
}

const isClean = ({ cut, ms, loss }) => !cut && ms === 0 && loss === 0
