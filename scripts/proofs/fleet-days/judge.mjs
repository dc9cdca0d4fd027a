// Whoever looks at the simulated world from outside: what is written into the store, what nodes answer, and whether all agree when all is well.
import { AnswersJudge } from './judge-answers.mjs'
import { DrillsJudge } from './judge-drills.mjs'
import { EditsJudge } from './judge-edits.mjs'
import { OverridesJudge } from './judge-overrides.mjs'
import { Steadiness } from './steadiness.mjs'
import { on, time } from './time.mjs'

const SHARED = '/meridian/shared/'
const REFUSED = 5
const CHAIN = /chain:[^"]*"?(\d+:\w+)/
const decode = value => Buffer.from(value, 'base64').toString()

/** Something is not as it has to be. */
export class Violation extends Error {}

export class Judge {
  queries = 0

  constructor(world) {
    this.world = world
    const fail = sentence => {
      this.found ??= new Violation(sentence)
    }
    this.fail = fail
    this.steadiness = new Steadiness(world)
    this.edits = new EditsJudge(fail)
    this.overrides = new OverridesJudge(fail)
    this.drills = new DrillsJudge(fail)
    this.answers = new AnswersJudge(world, this.steadiness, this.overrides, this.drills, fail)
    world.store.onCommit = ({ events }) => {
      for (const { key, value } of events) this.committed(key.slice(SHARED.length), value)
    }
  }

  committed(key, value) {
    if (key === 'document' && value !== undefined) {
      const text = CHAIN.exec(JSON.parse(decode(value)).text)?.[1]
      this.edits.committed(text, this.isWiped)
      this.isWiped = false
    } else if (key === 'overrides' && value !== undefined) this.overrides.committed(JSON.parse(decode(value)))
    else if (key.startsWith('drills/')) this.drills.committed(key.slice('drills/'.length), value && decode(value))
  }

  /** The store has lost its data. */
  wiped() {
    this.isWiped = true
    this.overrides.wiped()
    this.drills.wiped()
  }

  /** Something in the world is other than before. */
  touched() {
    this.steadiness.look()
    this.answers.look()
  }

  /** Asks every node that answers. @throws Violation */
  look() {
    const { world, steadiness } = this
    this.answers.look()
    for (const one of world.running()) {
      const steady = steadiness.isSteady(one.name)
      if (steady) one.goodUntil = time()
      on(one.machine, () => {
        this.queries += 2
        const chain = one.node.ask.chain()
        if (!this.knowsNothing(one, chain, steady && !this.isWiped)) {
          this.edits.answered(one, chain, steady && !this.isWiped)
          this.answers.answered(one, one.node.ask.www())
        }
        if (steady) this.countVoters(one)
      })
    }
    const steadyFor = Math.max(0, ...world.nodes.map(({ name }) => time() - (steadiness.good.get(name) ?? time())))
    this.drills.look(steadyFor, this.overrides)
    this.check()
  }

  check() {
    if (this.found !== undefined) throw this.found
  }

  /** A node has begun. Where its copy is damaged, and the store has lost its data, there is nothing that it could serve. */
  began(one) {
    one.isBlank = one.copySpoiledAt !== undefined && this.isWiped === true
  }

  /** Whether it may refuse what it is asked, and does: until it has had the time to hear of a document that is in the store again. */
  knowsNothing(one, { rcode }, hasToKnow) {
    if (!one.isBlank) return false
    if (rcode === REFUSED) return !hasToKnow
    one.isBlank = false
    // It has probed nothing before.
    one.upAt = time()
    return false
  }

  /** Who is silent is not counted, and who is not is. */
  countVoters(one) {
    const { fleet } = one.node
    for (const [what, nodes] of [
      ['votes', fleet.votes.list().map(({ node }) => node)],
      ['members', fleet.state().members.map(({ node }) => node)],
    ])
      for (const { name } of this.world.nodes) {
        if (nodes.includes(name) && this.steadiness.isGone(name))
          this.fail(`${one.name} counts ${name} among its ${what}, which is gone`)
        if (!nodes.includes(name) && this.steadiness.isSteady(name))
          this.fail(`${one.name} does not count ${name} among its ${what}, which is there`)
      }
  }

  ended(one) {
    this.edits.ended(one)
  }

  /** Whether all nodes are there, know the newest edit, and answer from the same. */
  isWhole() {
    const { nodes } = this.world
    if (nodes.some(({ state }) => state !== 'up')) return false
    const contents = nodes.map(one => on(one.machine, () => JSON.stringify(one.node.content())))
    const chains = nodes.map(one => on(one.machine, () => one.node.ask.chain().data))
    const live = nodes.every(
      one => one.node.fleet.state().standing.kind === 'live' && one.node.fleet.state().members.length === nodes.length,
    )
    return live && new Set(contents).size === 1 && chains.every(chain => chain === this.edits.links.at(-1).text)
  }
}
