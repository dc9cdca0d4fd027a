// Edits as they came about in the store: each made upon the one before, none twice, none that was refused; and what each node has to know
// by when.
import { chained, FIRST_LINK } from './document.mjs'
import { time } from './time.mjs'

/** An edit is answered by every node that is not hindered within this, ms. */
export const FRESH_MS = 3000

export class EditsJudge {
  /** Texts of the chain in their order, with when each was committed. */
  links = []
  indexOf = new Map()
  refusedIds = new Set()
  /** By node, the index below which it must not answer. */
  floors = new Map()
  /** Likewise, as it was some looks ago: what is surely on its disk. */
  keptFloors = new Map()
  lostWithStore = 0

  constructor(fail) {
    this.fail = fail
  }

  committed(text, wiped) {
    const id = idOf(text)
    const before = this.links.at(-1)
    if (before === undefined) {
      if (text !== FIRST_LINK) this.fail(`the first document has the text ${text}`)
      return this.add(text)
    }
    if (text === before.text) return
    if (wiped) this.cutBack(text, id)
    const onto = this.links.at(-1)
    if (text === onto.text) return
    if (this.links.some(link => idOf(link.text) === id)) this.fail(`edit ${id} is made twice`)
    if (text !== chained(id, onto.text))
      this.fail(`an edit is lost: ${text} was written over ${onto.text}, and was not made of it`)
    if (this.refusedIds.has(id)) this.fail(`edit ${id} was refused, and is made`)
    this.add(text)
  }

  add(text) {
    this.indexOf.set(text, this.links.length)
    this.links.push({ text, at: time() })
  }

  /** The store has lost its data: whoever writes first writes upon what it knows, and nodes that are apart may know more. */
  cutBack(text, id) {
    const at = this.links.findLastIndex(link => text === link.text || text === chained(id, link.text))
    if (at < 0)
      return this.fail(`after the store was lost ${text} was written, which was made of nothing that was known`)
    this.lostWithStore += this.links.length - 1 - at
    for (const { text } of this.links.splice(at + 1)) this.indexOf.set(text, at)
    for (const [node, floor] of this.floors) this.floors.set(node, Math.min(floor, at))
    for (const [node, floor] of this.keptFloors) this.keptFloors.set(node, Math.min(floor, at))
  }

  acknowledged(id, one) {
    if (!this.links.some(link => idOf(link.text) === id) && !this.goneWithStore(id))
      this.fail(`edit ${id} was acknowledged by ${one.name}, and is nowhere`)
  }

  refused(id, one, error) {
    this.refusedIds.add(id)
    if (this.links.some(link => idOf(link.text) === id))
      this.fail(`edit ${id} was refused by ${one.name} (${error.message}), and is made`)
  }

  goneWithStore(id) {
    return [...this.indexOf.keys()].some(text => idOf(text) === id)
  }

  /** What a node answers with. */
  answered(one, { rcode, data }, steady) {
    const { name } = one
    if (rcode !== 0 || data === undefined)
      return this.fail(`${name} answers a name that it knows with rcode ${rcode} and nothing`)
    const index = this.indexOf.get(data)
    if (index === undefined) return this.fail(`${name} answers "${data}", which nobody has written`)
    if (steady) this.raise(name, this.fresh())
    const floor = this.floors.get(name) ?? 0
    if (index < floor)
      this.fail(
        `${name} answers "${data}", edit number ${index}, and has to know number ${floor}: ${this.links[floor].text}`,
      )
    this.keptFloors.set(name, Math.min(floor, index))
    this.raise(name, index)
    // What is newer was written with the whole copy.
    if (steady && !one.disk.full && index > one.copySpoiledAt) one.copySpoiledAt = undefined
  }

  raise(name, index) {
    this.floors.set(name, Math.max(this.floors.get(name) ?? 0, index))
  }

  /** The newest that is old enough to be known by all. */
  fresh() {
    let index = this.links.length - 1
    while (index > 0 && time() - this.links[index].at < FRESH_MS) index--
    return index
  }

  /** A node has ended: it must know again what was surely on its disk. */
  ended({ name, copySpoiledAt }) {
    this.floors.set(name, copySpoiledAt === undefined ? (this.keptFloors.get(name) ?? 0) : 0)
    this.keptFloors.set(name, this.floors.get(name))
  }
}

const idOf = text => text.slice(0, text.indexOf(':'))
