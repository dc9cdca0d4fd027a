// Where told reasons and the real answer disagree. Nothing should ever be found here; what is, is shown to the operator.
import type { Message } from '../../dns/message.js'
import { RCODE, rcodeName } from '../../dns/numbers.js'
import { preparePolicy } from '../policies/policy.js'
import { echoes } from './answer.js'
import type { Asked } from './asked.js'
import { choiceLine, snapshotLine } from './choice.js'
import { givenBy } from './drawn.js'
import type { ToldAnswer } from './explanation.js'
import type { Steered } from './steered.js'
import type { Trail } from './trail.js'

/** Sentences, one for each thing that does not fit. */
export function disagreements(
  trail: Trail,
  steered: Steered | undefined,
  asked: Asked,
  response: Message,
  told: ToldAnswer,
): readonly string[] {
  const rcode = expectedRcode(trail, steered)
  // A CNAME to the target of a region may lead on, to wherever a client is not asked for here.
  const ends = steered?.spec.gives !== 'target' || steered.choice.take === 0
  return [
    ...(ends ? differ('the response code', rcodeName(rcode), told.rcode) : []),
    ...differ('being authoritative', isAuthoritative(trail, rcode), told.authoritative),
    ...(echoes(response, asked.client) ? [] : ['the response does not repeat the client subnet of the query']),
    ...(steered === undefined ? staticDisagreements(trail, told) : steeredDisagreements(steered, asked, told)),
  ]
}

function expectedRcode({ kind }: Trail, steered: Steered | undefined): number {
  if (kind === 'outside') return RCODE.REFUSED
  if (kind === 'nxdomain') return RCODE.NXDOMAIN
  if (kind === 'too-long') return RCODE.YXDOMAIN
  return steered?.choice.rung === 'servfail' && !steered.hinted ? RCODE.SERVFAIL : RCODE.NOERROR
}

/** A referral is not, unless an alias of ours led to it. */
const isAuthoritative = ({ kind, aliases }: Trail, rcode: number): boolean =>
  kind === 'delegation' ? aliases.length > 0 : rcode !== RCODE.REFUSED && rcode !== RCODE.SERVFAIL

function staticDisagreements({ kind }: Trail, { records, truncated, scope }: ToldAnswer): readonly string[] {
  const missing = (kind === 'static' || kind === 'alias') && !truncated && records.length === 0
  return [...(missing ? ['the answer is empty, and records were expected'] : []), ...differ('the scope', 0, scope ?? 0)]
}

function steeredDisagreements(steered: Steered, asked: Asked, told: ToldAnswer): readonly string[] {
  return [...mapDisagreements(steered), ...answerDisagreements(steered, asked, told)]
}

/** The map against the policy, the snapshot's choice against settling. */
function mapDisagreements({ spec, client, known, tiers, ranking, choice, published }: Steered): readonly string[] {
  const { policy, candidates, tables } = spec.map
  const ranked = preparePolicy(policy, candidates, tables).rank(known)
  const ids = ranked.tiers.map(tier => tier.map(({ id }) => id))
  return [
    ...differ('the choice in the widened map', client.choiceByRanking, client.choice),
    ...differ('the order of the regions in the map', orderOf(ids), orderOf(tiers)),
    ...differ('the tiers inside the fence', ranked.inside, ranking.inside),
    ...differ(
      'the choice',
      choiceLine(choice),
      snapshotLine(published.snapshot, client.choice, published.world.document),
    ),
  ]
}

const orderOf = (tiers: Steered['tiers']): string => tiers.map(tier => tier.join(' = ')).join(', ')

/** The answer against the choice. */
function answerDisagreements(steered: Steered, { client: subnet }: Asked, told: ToldAnswer): readonly string[] {
  const { spec, client, choice, drawn, ttl, published, hinted } = steered
  const { document } = published.world
  const given = givenBy(document, published, spec.gives, drawn.regions, drawn.levels)
  const empty = choice.take === 0
  const byTarget = spec.gives === 'target'
  return [
    ...(told.truncated || byTarget
      ? []
      : differ('the addresses', given.join(' ') || 'none', told.addresses.join(' ') || 'none')),
    ...(told.truncated || byTarget || hinted || (ttl === null && told.ttl !== null && told.addresses.length === 0)
      ? []
      : differ('the TTL', ttl, told.ttl)),
    // The record has a TTL of its own, and hints of both families.
    ...(hinted && ttl !== null && told.ttl !== null && told.ttl > ttl
      ? [`the TTL is ${told.ttl}, and at most ${ttl} was expected`]
      : []),
    ...(subnet === undefined ? [] : scopeDisagreements(steered, told, empty && !hinted ? 0 : client.privateDepth)),
  ]
}

function scopeDisagreements(
  { client, choice, spec, hinted }: Steered,
  { scope }: ToldAnswer,
  otherwise: number,
): readonly string[] {
  if (client.subnet !== 'believed' || (choice.take === 0 && !hinted)) return differ('the scope', otherwise, scope)
  // Where networks are shared out, an answer is for one of them at most.
  const network = choice.sharing === 'network' ? choice.bits[client.family] : 0
  const least = Math.max(network, client.depth)
  // A CNAME may lead to another steered name, and the hints of the other family may be those of a smaller network.
  if ((spec.gives === 'target' || hinted) && scope !== null)
    return scope >= least ? [] : [`the scope is ${scope}, and at least ${least} was expected`]
  return differ('the scope', least, scope)
}

function differ<T>(what: string, expected: T, found: T): readonly string[] {
  return expected === found ? [] : [`${what}: expected ${String(expected)}, found ${String(found)}`]
}
