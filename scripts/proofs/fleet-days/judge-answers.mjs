// Which regions a node may answer with at a moment, by what the nodes can have seen and heard: worked out from the state of the simulated
// world and the rules in docs/fleet.md, and from nothing that a node says. Where it cannot be known for sure, each outcome is allowed.
import { RHYTHM } from './document.mjs'
import { NODES, REGIONS } from './names.mjs'
import { GONE_MS } from './steadiness.mjs'
import { time } from './time.mjs'

const { intervalMs, timeoutMs, fall, rise } = RHYTHM
/** After so long everybody has found out that a region is down, or up. */
const DOWN_MS = (fall + 2) * intervalMs + 2 * timeoutMs
const UP_MS = (rise + 2) * intervalMs + 2 * timeoutMs
export const SEEN_MS = Math.max(DOWN_MS, UP_MS)
/** Whoever has lost so many regions may well suspect itself. */
const MANY = 3

export class AnswersJudge {
  /** By node, when it was last seen to have lost many regions. */
  lostMany = new Map()
  judged = 0
  sharp = 0

  constructor(world, steadiness, overrides, drills, fail) {
    Object.assign(this, { world, steadiness, overrides, drills, fail })
  }

  /** To be called whenever something has changed, and now and then. */
  look() {
    for (const node of NODES)
      if (REGIONS.filter(region => !this.isOpen(node, region)).length >= MANY) this.lostMany.set(node, time())
  }

  answered(one, { rcode, data }) {
    const { name } = one
    if (rcode !== 0 || data === undefined)
      return this.fail(`${name} answers the steered name with rcode ${rcode} and nothing`)
    const region = `r${data.split('.')[3]}`
    const { allowed, why } = this.allowed(one)
    this.judged++
    if (allowed.size === 1) this.sharp++
    if (!allowed.has(region))
      this.fail(`${name} answers with ${region}, and ${[...allowed].join(' or ')} is right: ${why}`)
  }

  /** The first that is surely up, or those before it that may be. */
  allowed(one) {
    const knows = this.knows(one)
    const allowed = new Set()
    const verdicts = REGIONS.map(region => [region, this.stateOf(one, region, knows)])
    const why = verdicts.map(verdict => verdict.join(' ')).join(', ')
    for (const [region, state] of verdicts) {
      if (state !== 'down') allowed.add(region)
      if (state === 'up') return { allowed, why }
    }
    return { allowed: new Set(REGIONS), why }
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
    if (this.drills.faults(region, SEEN_MS + GONE_MS)) return 'unsure'
    const own = this.view(one, region)
    const { steadiness, world } = this
    if (steadiness.isSteady(one.name)) {
      const others = world.nodes.filter(other => other !== one).map(other => this.word(other, region))
      return agreed(combinations([own === 'unsure' ? ['up', 'down', 'absent'] : [own], ...others]), world.votes.quorum)
    }
    const since = steadiness.cut.get(one.name)
    const deaf = since !== undefined && time() - since > GONE_MS + world.votes.holdMs
    return deaf ? own : 'unsure'
  }

  /** What another node may be saying of it. */
  word(other, region) {
    const { steadiness } = this
    if (steadiness.isGone(other.name)) return ['absent']
    if (!steadiness.isSteady(other.name)) return ['up', 'down', 'absent']
    const view = this.view(other, region)
    return view === 'unsure' ? ['up', 'down', 'absent'] : [view]
  }

  /** What a node has surely found out itself. */
  view({ name, upAt = 0, machine }, region) {
    const there = this.world.regions.get(region)
    const sight = this.world.sight.get(`${name} ${region}`)
    const lost = this.lostMany.get(name) ?? Number.NEGATIVE_INFINITY
    const since = Math.max(there.since, sight.since, upAt, machine.startedAt ?? 0, lost)
    const open = there.up && sight.open
    return time() - since < (open ? UP_MS : DOWN_MS) ? 'unsure' : open ? 'up' : 'down'
  }

  isOpen(node, region) {
    return this.world.regions.get(region).up && this.world.sight.get(`${node} ${region}`).open
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
