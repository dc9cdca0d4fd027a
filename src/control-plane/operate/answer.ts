// The real answer in words: what the response holds, how long it is kept, and for whom.
import { formatAddress, type Prefix, truncate } from '../../dns/address.js'
import { formatRecord, type Message } from '../../dns/message.js'
import { rcodeName, TYPE } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import { HINT, paramOf } from '../../dns/svcb.js'
import type { Gives } from '../health/endpoints.js'
import type { Choice } from '../publish/settle.js'
import type { Client } from './client.js'
import type { NameKind, ToldAnswer } from './explanation.js'
import { network } from './location.js'

/** What the reasons rest on. */
export interface AnswerContext {
  readonly kind: NameKind
  readonly type: number
  /** The client subnet of the query. */
  readonly subnet: Prefix | undefined
  /** What it is steered by; undefined where it is not. */
  readonly gives: Gives | undefined
  /** Absent where location played no part. */
  readonly client: Client | undefined
  /** Whether it came to an error because no region could be given. */
  readonly failed: boolean
  /** Who gets the same regions. */
  readonly sharing: Choice['sharing']
  readonly widened: boolean
  /** Why the addresses have their TTL; undefined where it is nothing but what is written. */
  readonly ttlReason: string | undefined
}

/** @param wire what the response was read from */
export function tellAnswer(response: Message, wire: Uint8Array, context: AnswerContext): ToldAnswer {
  const { answers, authorities, edns } = response
  const asked = answers.filter(({ type }) => type === context.type)
  const denied = context.kind === 'nodata' || context.kind === 'nxdomain'
  const kept = asked.length > 0 ? asked : answers.length > 0 && !denied ? answers : authorities
  const scope = edns?.subnet?.scope ?? null
  return {
    rcode: rcodeName(response.rcode),
    authoritative: response.authoritative,
    truncated: response.truncated,
    addresses: addressesIn(response, context.type, context.gives),
    records: answers.map(formatRecord),
    wire: Buffer.from(wire).toString('hex'),
    authority: authorities.map(formatRecord),
    errors: (edns?.errors ?? []).map(({ code, text }) => `${code}: ${text}`),
    ttl: kept.length === 0 ? null : Math.min(...kept.map(({ ttl }) => ttl)),
    ttlReason: whyTtl(response, context),
    scope,
    scopeReason: whyScope(scope, context),
  }
}

/** The addresses of the asked type; of HTTPS and SVCB the hints of the family that is given. */
export function addressesIn({ answers }: Message, type: number, gives: Gives | undefined): readonly string[] {
  const asked = answers.filter(record => record.type === type)
  if (type === TYPE.A || type === TYPE.AAAA) return asked.map(({ rdata }) => formatRdata(type, rdata))
  if (type !== TYPE.HTTPS && type !== TYPE.SVCB) return []
  const key = gives === 6 ? HINT.v6 : HINT.v4
  const size = gives === 6 ? 16 : 4
  const hints = asked.map(({ rdata }) => paramOf(rdata, key)).find(value => value !== undefined) ?? new Uint8Array()
  return Array.from({ length: hints.length / size }, (_, i) => formatAddress(hints.subarray(i * size, (i + 1) * size)))
}

function whyTtl({ answers, authorities, truncated }: Message, { kind, ttlReason }: AnswerContext): string {
  if (truncated) return 'the answer did not fit; a resolver asks again by TCP'
  if (ttlReason !== undefined) return ttlReason
  if (answers.length === 0 && authorities.length === 0) return 'there is nothing to keep'
  if (kind === 'nodata' || kind === 'nxdomain') return 'a denial is kept for the negative TTL of the zone'
  return 'as written in the document'
}

function whyScope(scope: number | null, { kind, subnet, client, sharing, widened, failed }: AnswerContext): string {
  if (scope === null || subnet === undefined) return 'the query had no client subnet'
  if (kind === 'nodata' || kind === 'nxdomain') return 'a denial is the same for everybody'
  if (client === undefined) return 'location played no part'
  if (failed) return 'an error is the same for everybody'
  switch (client.subnet) {
    case 'absent':
    case 'declined':
      return 'the client asked not to be located'
    case 'distrusted':
      return 'the client subnet was not believed'
    case 'private':
      return scope === 0
        ? "the resolver's address decided"
        : `${network(subnet.bytes, scope)} is private or unroutable: for all of it the resolver's address decides`
    case 'believed':
      return whyBelieved(scope, client, sharing, widened)
  }
}

function whyBelieved(scope: number, client: Client, sharing: Choice['sharing'], widened: boolean): string {
  const finer = widened ? '' : '; it may become wider in a moment, when all maps have been seen through'
  if (sharing === 'query') {
    const whom = scope === 0 ? 'every client' : `all of ${network(client.address, scope)}`
    return `each query is drawn anew, in the same way for ${whom}${finer}`
  }
  if (scope === 0) return 'the same answer for every client'
  if (sharing === 'network' && scope > client.depth)
    return `regions share the clients by weight, and ${network(client.address, scope)} is one client`
  return `the same answer for all of ${network(client.address, scope)}${finer}`
}

/** Whether the response tells of the subnet that the query told of (RFC 7871 §7.2.1). */
export function echoes({ edns }: Message, subnet: Prefix | undefined): boolean {
  const echoed = edns?.subnet?.prefix
  if (subnet === undefined || echoed === undefined) return subnet === echoed
  const sent = truncate(subnet.bytes, subnet.length)
  return echoed.length === subnet.length && Buffer.compare(echoed.bytes, sent) === 0
}
