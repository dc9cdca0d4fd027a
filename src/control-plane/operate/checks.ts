// Where told reasons and the real answer disagree. Nothing should ever be found here; what is, is shown to the operator.
import type { Message } from '../../dns/message.js'
import { RCODE, rcodeName } from '../../dns/numbers.js'
import { rank } from '../policies/policy.js'
import type { Choice } from '../publish/settle.js'
import { echoes } from './answer.js'
import type { Asked } from './asked.js'
import { givenBy, snapshotChoice } from './choice.js'
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
  return steered?.choice.rung === 'servfail' ? RCODE.SERVFAIL : RCODE.NOERROR
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
function mapDisagreements({ spec, client, place, tiers, choice, published }: Steered): readonly string[] {
  const { policy, candidates } = spec.map
  const ranked = rank(policy, candidates, place ?? {}).map(tier => tier.map(({ id }) => id))
  return [
    ...differ('the choice in the widened map', client.choiceByRanking, client.choice),
    ...differ('the order of the regions in the map', orderOf(ranked), orderOf(tiers)),
    ...differ(
      'the choice',
      plain(choice),
      plain(snapshotChoice(published.snapshot, client.choice, published.world.document)),
    ),
  ]
}

const orderOf = (tiers: Steered['tiers']): string => tiers.map(tier => tier.join(' = ')).join(', ')

interface Plain extends Pick<Choice, 'rung' | 'ttl' | 'take'> {
  readonly members: readonly (string | { readonly id: string; readonly weight: number })[]
}

const plain = ({ rung, ttl, take, members }: Plain): string => {
  const shares = members.map(member => (typeof member === 'string' ? member : `${member.id}:${member.weight}`))
  return `${rung}, TTL ${ttl}, ${take} of ${shares.join(' ') || 'none'}`
}

/** The answer against the choice. */
function answerDisagreements(steered: Steered, { client: subnet }: Asked, told: ToldAnswer): readonly string[] {
  const { spec, client, choice, chosen, ttl, published } = steered
  const { document } = published.world
  const given = givenBy(document, published.health, spec.gives, chosen)
  const empty = choice.take === 0
  const byTarget = spec.gives === 'target'
  return [
    ...(told.truncated || byTarget
      ? []
      : differ('the addresses', given.join(' ') || 'none', told.addresses.join(' ') || 'none')),
    ...(told.truncated || byTarget || (ttl === null && told.ttl !== null && told.addresses.length === 0)
      ? []
      : differ('the TTL', ttl, told.ttl)),
    ...(!empty && !told.truncated && chosen.length !== choice.take
      ? [`the answer has the addresses of ${chosen.length} regions, and ${choice.take} were expected`]
      : []),
    ...(subnet === undefined ? [] : scopeDisagreements(steered, told, empty ? 0 : client.privateDepth)),
  ]
}

function scopeDisagreements(
  { client, choice, spec }: Steered,
  { scope }: ToldAnswer,
  otherwise: number,
): readonly string[] {
  if (client.subnet !== 'believed' || choice.take === 0) return differ('the scope', otherwise, scope)
  // Where regions share the clients by weight a scope may be finer than what decided, never wider.
  // So may that of a CNAME that leads to another steered name.
  if (choice.members.length > choice.take || spec.gives === 'target')
    return scope !== null && scope >= client.depth
      ? []
      : [`the scope is ${scope}, and at least ${client.depth} was expected`]
  return differ('the scope', client.depth, scope)
}

function differ<T>(what: string, expected: T, found: T): readonly string[] {
  return expected === found ? [] : [`${what}: expected ${String(expected)}, found ${String(found)}`]
}
