// One answer, told step by step: the real response of the line, and the same steps gone through again for their reasons.
import { decodeMessage, encodeQuery } from '../../dns/message.js'
import { formatName } from '../../dns/name.js'
import { tellAnswer } from './answer.js'
import { type Asked, readAsked, tellAsked } from './asked.js'
import { disagreements } from './checks.js'
import type { ExplainQuestion, ExplainSources, Explanation, ToldChoice, ToldName, ToldRegion } from './explanation.js'
import { NO_LOCATION, tellLocation } from './location.js'
import { tellRegions } from './regions.js'
import { retrace, type Steered } from './steered.js'
import { follow, type Trail } from './trail.js'

export { ExplainError } from './asked.js'
export type { ExplainQuestion, ExplainSources, Explanation } from './explanation.js'

/**
 * The answer to a question and its reasons.
 * @throws ExplainError where the question cannot be asked
 */
export function explain(sources: ExplainSources, question: ExplainQuestion): Explanation {
  const asked = readAsked(question)
  const { snapshot, world, at, widened } = sources.published
  const zones = [...world.document.zones]
  const trail = follow(snapshot, asked.name, asked.type)
  const response = decodeMessage(sources.answer(query(asked), asked.resolver))
  const steered =
    trail.kind === 'steered'
      ? retrace(sources, trail.steering, zones[trail.lastZone]![1], asked, trail.aliases.length, response)
      : undefined
  const answer = tellAnswer(response, {
    kind: steered?.choice.rung === 'nodata' ? 'nodata' : trail.kind,
    type: asked.type,
    subnet: asked.client,
    client: steered?.client,
    failed: steered?.choice.rung === 'servfail',
    shared: steered !== undefined && steered.choice.members.length > steered.choice.take,
    widened,
    ttlReason: steered?.ttlReason,
  })
  return {
    question: tellAsked(asked),
    zone: zones[trail.zone]?.[0] ?? null,
    found: tellName(trail),
    steered: steered === undefined ? null : tellPolicy(steered),
    location: steered === undefined ? NO_LOCATION : tellLocation(steered.client, steered.found, asked),
    regions: steered === undefined ? [] : regionsOf(steered),
    choice: steered === undefined ? null : tellChoice(steered),
    answer,
    snapshot: { version: snapshot.version, publishedAt: at, widened },
    checks: disagreements(trail, steered, asked, response, answer),
  }
}

const query = ({ name, type, client }: Asked): Uint8Array =>
  encodeQuery({ name, type, edns: true, ...(client === undefined ? {} : { subnet: client }) })

const tellName = ({ kind, at, aliases }: Trail): ToldName => ({
  kind,
  at: at === undefined ? null : formatName(at),
  aliases: aliases.map(formatName),
})

const tellPolicy = ({ spec }: Steered): Explanation['steered'] => ({
  policy: spec.record.policy,
  steps: spec.map.policy.steps.map(({ step }) => step),
})

const regionsOf = ({ published, spec, tiers, states, choice, chosen, place }: Steered): readonly ToldRegion[] =>
  tellRegions({
    document: published.world.document,
    health: published.health,
    gives: spec.gives,
    tiers,
    fallback: spec.record.fallback,
    states,
    forced: published.forced,
    choice,
    chosen,
    from: place?.location,
  })

const tellChoice = ({ choice, ttl, ttlReason, chosen }: Steered): ToldChoice => ({
  rung: choice.rung,
  ttl,
  ttlReason,
  regions: chosen,
})
