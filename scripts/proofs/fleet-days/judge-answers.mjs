// Which regions a node may answer with at a moment, by what the nodes can have seen and heard: worked out from the state of the simulated
// world and the rules in docs/fleet.md, and from nothing that a node says. Where it cannot be known for sure, each outcome is allowed.
import { SEEN_MS, SightJudge } from './judge-sight.mjs'
import { REGIONS } from './names.mjs'
import { GONE_MS } from './steadiness.mjs'
import { time } from './time.mjs'

/** So it is answered where operators have said of all regions that they are down. */
const SERVFAIL = 2
const NOBODY = 'nobody'

export class AnswersJudge {
  judged = 0
  sharp = 0

  constructor(world, steadiness, overrides, drills, fail) {
    Object.assign(this, { world, steadiness, overrides, drills, fail })
    this.sight = new SightJudge(world, region => this.mayBeInjected(region))
  }

  /** To be called whenever something has changed, and now and then. */
  look() {
    this.sight.look()
  }

  answered(one, { rcode, data }) {
    const { name } = one
    if (data === undefined && rcode !== SERVFAIL)
      return this.fail(`${name} answers the steered name with rcode ${rcode} and nothing`)
    const region = data === undefined ? NOBODY : `r${data.split('.')[3]}`
    const { allowed, verdicts } = this.allowed(one)
    this.judged++
    if (allowed.size === 1) this.sharp++
    if (!allowed.has(region))
      this.fail(
        `${name} answers with ${region}, and ${[...allowed].join(' or ')} is right: ${verdicts.map(verdict => verdict.join(' ')).join(', ')}`,
      )
  }

  /** The first that is surely up, or those before it that may be; where none is, what the ladder leaves. */
  allowed(one) {
    const knows = this.knows(one)
    const allowed = new Set()
    const verdicts = []
    for (const region of REGIONS) {
      const state = this.stateOf(one, region, knows)
      verdicts.push([region, state])
      if (state !== 'down') allowed.add(region)
      if (state === 'up') return { allowed, verdicts }
    }
    return { allowed: this.left(knows), verdicts }
  }

  /** All but those that operators have said to be down, which no ladder revives; nobody, where they may have said so of all. */
  left(knows) {
    const words = REGIONS.map(region => [region, this.overrides.over(region, knows)])
    const left = new Set(words.flatMap(([region, word]) => (word === 'down' ? [] : [region])))
    if (words.every(([, word]) => word === 'down' || word === 'unsure')) left.add(NOBODY)
    return left
  }

  /** Up to when it has surely heard everything, ms. */
  knows({ name, goodUntil = 0 }) {
    return this.steadiness.isSteady(name) ? time() : goodUntil
  }

  stateOf(one, region, knows) {
    const forced = this.overrides.over(region, knows)
    if (forced === 'unsure') return 'unsure'
    if (forced !== 'none') return forced
    return this.health(one, region)
  }

  health(one, region) {
    if (this.mayBeInjected(region)) return 'unsure'
    const { sight, steadiness, world } = this
    if (steadiness.isSteady(one.name)) {
      const others = world.nodes.filter(other => other !== one).map(other => this.word(other, region))
      return agreed(combinations([sight.words(one, region), ...others]), world.votes.quorum)
    }
    const since = steadiness.cut.get(one.name)
    const deaf = since !== undefined && time() - since > GONE_MS + world.votes.holdMs
    return deaf ? sight.view(one, region) : 'unsure'
  }

  /** What another node may be saying of it. */
  word(other, region) {
    const { sight, steadiness } = this
    if (steadiness.isGone(other.name)) return ['absent']
    return steadiness.isSteady(other.name) && !other.isBlank ? sight.words(other, region) : ['up', 'down', 'absent']
  }

  mayBeInjected(region) {
    return this.drills.faults(region, SEEN_MS + GONE_MS)
  }
}

function combinations([first, ...rest]) {
  if (first === undefined) return [[]]
  const tails = combinations(rest)
  return first.flatMap(one => tails.map(tail => [one, ...tail]))
}

/** What the rule makes of each of them; unsure where that is not one and the same. */
function agreed(cases, quorum) {
  const outcomes = new Set(
    cases.map(words =>
      counted(
        words.filter(word => word !== 'absent'),
        quorum,
      ),
    ),
  )
  return outcomes.size === 1 ? [...outcomes][0] : 'unsure'
}

function counted(words, quorum) {
  if (words.length === 0) return 'unsure'
  const ups = words.filter(word => word === 'up').length
  const needed = { any: 1, majority: words.length / 2, all: words.length, 2: Math.min(2, words.length) }[quorum]
  return ups >= needed ? 'up' : 'down'
}
