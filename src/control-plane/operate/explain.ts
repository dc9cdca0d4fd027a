// One answer, told step by step: the real response of the line, and the same steps gone through again for their reasons.

import { decodeMessage, encodeQuery } from '../../dns/message.js'
import { formatName } from '../../dns/name.js'
import type { Trace } from '../policies/policy.js'
import { tellAnswer } from './answer.js'
import { type Asked, readAsked, tellAsked } from './asked.js'
import { disagreements } from './checks.js'
import type {
  ExplainQuestion,
  ExplainSources,
  Explanation,
  ToldChoice,
  ToldName,
  ToldRegion,
  ToldStep,
} from './explanation.js'
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
  const wire = sources.answer(query(asked), asked.resolver)
  const response = decodeMessage(wire)
  const steered =
    trail.kind === 'steered'
      ? retrace(sources, trail, zones[trail.lastZone]![1], asked, trail.aliases.length, response)
      : undefined
  const answer = tellAnswer(response, wire, {
    kind: steered?.choice.rung === 'nodata' && !trail.hinted ? 'nodata' : trail.kind,
    type: asked.type,
    subnet: asked.client,
    client: steered?.client,
    gives: steered?.spec.gives,
    failed: steered?.choice.rung === 'servfail' && !trail.hinted,
    sharing: steered?.choice.sharing ?? 'none',
    widened,
    ttlReason: steered?.ttlReason,
  })
  return {
    question: tellAsked(asked),
    zone: zones[trail.zone]?.[0] ?? null,
    found: tellName(trail),
    steered: steered === undefined ? null : tellPolicy(steered),
    steps: steered === undefined ? [] : steered.trace.map(tellStep),
    location:
      steered === undefined ? NO_LOCATION : tellLocation(steered.client, steered.found, asked, steered.known.networks),
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

const tellPolicy = ({ spec, published }: Steered): Explanation['steered'] => ({
  policy: spec.record.policy,
  steps: published.world.document.policies.get(spec.record.policy)!.steps.map(({ step }) => step), // parse checked it
})

function tellStep({ step, why, before, after }: Trace): ToldStep {
  const left = new Set(after.tiers.flat().map(({ id }) => id))
  return {
    step,
    why,
    order: after.tiers.map(tier => tier.map(({ id }) => id)),
    inside: after.inside,
    dropped: before.tiers.flatMap(tier => tier.flatMap(({ id }) => (left.has(id) ? [] : [id]))),
  }
}

const regionsOf = ({
  published,
  spec,
  tiers,
  standings,
  choice,
  balanced,
  drawn,
  known,
}: Steered): readonly ToldRegion[] =>
  tellRegions({
    document: published.world.document,
    health: published.health,
    gives: spec.gives,
    tiers,
    candidates: spec.record.regions,
    fallback: spec.record.fallback,
    byDistance: published.world.document.policies.get(spec.record.policy)?.steps[0]?.step === 'distance',
    standings,
    forced: published.forced,
    loads: published.loads,
    choice,
    balanced,
    drawn,
    from: known.location,
  })

const tellChoice = ({ choice, ttl, ttlReason, drawn }: Steered): ToldChoice => ({
  rung: choice.rung,
  ttl,
  ttlReason,
  regions: drawn.regions,
})
