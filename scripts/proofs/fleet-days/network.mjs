// The simulated network between nodes and members of the store: each way of each link may be cut, late or lossy. Packets that are lost
// are sent again, as TCP does, so that what is lost is late; what is cut says nothing at all.

/** Before TCP sends again, ms; twice as much each time. */
const AGAIN_MS = 200

export class Network {
  /** By who sends, and who receives. */
  links = new Map()

  constructor(chance) {
    this.chance = chance
  }

  /** From one to another, by name. */
  link(from, to) {
    const known = this.links.get(from)?.get(to)
    if (known !== undefined) return known
    const fresh = { cut: false, ms: 0, loss: 0 }
    this.links.set(from, (this.links.get(from) ?? new Map()).set(to, fresh))
    return fresh
  }

  /** How long a message is under way, ms; Infinity where it never arrives. */
  delay(from, to) {
    const { cut, ms, loss } = this.link(from, to)
    if (cut) return Number.POSITIVE_INFINITY
    let late = ms === 0 ? 0 : this.chance.between(0, 2 * ms)
    for (let again = AGAIN_MS; loss > 0 && this.chance.is(loss); again *= 2) late += again
    return 0.2 + this.chance.roll() + late
  }
}
