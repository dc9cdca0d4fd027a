// /v1/dnssec and /v1/zones/ZONE/dnssec: how a zone is signed, what its parent has of it, and the exchange of its keys.
import type { Static } from 'typebox'
import { ALGORITHM } from '../../../dns/dnssec-algorithms.js'
import { KeyFileError } from '../../../dns/dnssec-key-file.js'
import { formatName } from '../../../dns/name.js'
import { keyElsewhere } from '../../keys/brought-keys.js'
import { RolloverRefused, type RolloverWish } from '../../keys/exchange.js'
import { signingPlan } from '../../keys/signing-plan.js'
import type { StoredKey } from '../../keys/stored-key.js'
import type { Zone } from '../../traffic/document/zone.js'
import { PROPAGATION } from '../../traffic/parse-dnssec.js'
import {
  DNSSEC,
  ROLL_WISH,
  ROLLED,
  type RollWish,
  SIGNED_ZONE,
  SIGNED_ZONES,
  SIGNED_ZONES_QUERY,
} from '../api-dnssec.js'
import { PARENT } from '../api-dnssec-parent.js'
import { ZONE_KEY } from '../api-zone.js'
import { callerOf } from '../caller.js'
import { dnssecView, type Keyed, parentView, plannedView, signaturesView, signedView } from '../dnssec-view.js'
import { zoneNamed } from '../lookup.js'
import { pageOf, sparse } from '../page.js'
import { ApiProblem } from '../problems.js'
import { reasonOf } from '../reason-of.js'
import { described, REASON_HEADER, type Routes } from '../route.js'

interface Key {
  readonly zone: string
}

const ALGORITHMS: Readonly<Record<NonNullable<RollWish['algorithm']>, number>> = {
  ecdsap256sha256: ALGORITHM.ECDSAP256SHA256,
  ed25519: ALGORITHM.ED25519,
  rsasha256: ALGORITHM.RSASHA256,
}

export const dnssec: Routes = (app, port) => {
  const { keys, rollovers, parents, signatures, jump, cutOff, signerProblem } = port.dnssec
  const named = (name: string): Zone => zoneNamed(port.store.current().document, name)
  const keyed = (zone: Zone): Keyed => ({
    stored: keys.storedOf(zone.origin),
    state: keys.stateOf(zone.origin),
    calendar: rollovers.calendarOf(zone),
    parent: parents.of(zone),
    signerProblem: signerProblem(),
    unread: keys.unreadOf(zone.origin),
    cutOff: cutOff(zone),
  })
  const signing = () => ({ signatures: signatures(), clockJump: jump(), now: Date.now() / 1000 })
  const shown = (zone: Zone) => dnssecView(zone, keyed(zone), signing())

  app.get<{ Querystring: Static<typeof SIGNED_ZONES_QUERY> }>('/dnssec', { schema: LIST }, async ({ query }) => {
    const now = signing()
    const zones = [...port.store.current().document.zones.values()]
    const { items, ...rest } = pageOf(zones, query, ({ origin }) => formatName(origin))
    const views = items.map(zone => signedView(dnssecView(zone, keyed(zone), now)))
    return {
      zones: sparse(views, query.fields, SIGNED_ZONE),
      signatures: signaturesView(now.signatures),
      ...rest,
    }
  })

  app.get<{ Params: Key }>('/zones/:zone/dnssec', { schema: SHOW }, async ({ params }) => shown(named(params.zone)))

  app.get<{ Params: Key }>('/zones/:zone/dnssec/parent', { schema: ASK }, async ({ params }) => {
    const zone = named(params.zone)
    await parents.ask(zone)
    return parentView(zone, keyed(zone))
  })

  app.post<{ Params: Key; Body: RollWish }>('/zones/:zone/dnssec/rollover', { schema: ROLL }, async request => {
    const zone = named(request.params.zone)
    const { document } = port.store.current()
    const { kind, emergency = false, algorithm, split, key, dryRun = false } = request.body
    const wish: RolloverWish = {
      kind,
      emergency,
      ...(algorithm === undefined ? {} : { algorithm: ALGORITHMS[algorithm] }),
      ...(split === undefined ? {} : { split }),
      ...(key === undefined ? {} : { key: elsewhere(zone, key) }),
      actor: callerOf(request).name,
      reason: reasonOf(request) ?? '',
    }
    const planned = await refusing(async () => {
      if (dryRun && kind === 'sign' && zone.dnssec === undefined)
        return signingPlan(zone, document, PROPAGATION, Date.now() / 1000)
      if (dryRun) return rollovers.plan(zone, wish, document)
      await rollovers.begin(zone, wish, document)
      return rollovers.calendarOf(zone)
    })
    return { zone: formatName(zone.origin), dryRun, calendar: planned.map(plannedView) }
  })

  app.delete<{ Params: Key }>('/zones/:zone/dnssec/rollover', { schema: CANCEL }, async ({ params }) => {
    const zone = named(params.zone)
    await refusing(() => rollovers.cancel(zone))
    return shown(zone)
  })
}

/** @throws ApiProblem */
function elsewhere({ origin }: Zone, { dnskey, label }: NonNullable<RollWish['key']>): StoredKey {
  try {
    return keyElsewhere(origin, dnskey, label)
  } catch (error) {
    if (error instanceof KeyFileError)
      throw new ApiProblem('rollover-refused', `the key that is elsewhere ${error.message}`)
    throw error
  }
}

async function refusing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof RolloverRefused) throw new ApiProblem('rollover-refused', error.message)
    throw error
  }
}

const LIST = described({
  operationId: 'listDnssec',
  summary: 'How all zones are signed',
  description:
    'Whether they are, by which algorithms, which rollovers are under way, what parents were last seen to have, and what somebody has to do something about.',
  tag: 'zones',
  reply: SIGNED_ZONES,
  querystring: SIGNED_ZONES_QUERY,
  problems: ['request-invalid'],
})

const SHOW = described({
  operationId: 'getDnssec',
  summary: 'How a zone is signed',
  description:
    'Its keys, the DS records that its parent should have, the rollover that is under way, and how long the signatures of the node are good.',
  tag: 'zones',
  reply: DNSSEC,
  params: ZONE_KEY,
  problems: ['zone-not-found'],
})

const ASK = described({
  operationId: 'askParent',
  summary: 'What the parent of a zone has',
  description: 'Asks all servers of the parent for the DS records of the zone.',
  tag: 'zones',
  reply: PARENT,
  params: ZONE_KEY,
  problems: ['zone-not-found'],
})

const ROLL = described({
  operationId: 'rollKeys',
  summary: 'Exchange the keys of a zone',
  description:
    'New keys are made, and take the place of the old ones stage by stage, so that the zone is secure all the time. With dryRun only the calendar is told.',
  tag: 'zones',
  scope: 'admin',
  reply: ROLLED,
  params: ZONE_KEY,
  headers: REASON_HEADER,
  body: ROLL_WISH,
  problems: ['request-invalid', 'zone-not-found', 'rollover-refused', 'store-away'],
})

const CANCEL = described({
  operationId: 'cancelRollover',
  summary: 'Take a rollover back',
  description: 'In its first stage, while nothing depends on the new keys; the wish to leave DNSSEC at any time.',
  tag: 'zones',
  scope: 'admin',
  reply: DNSSEC,
  params: ZONE_KEY,
  headers: REASON_HEADER,
  problems: ['zone-not-found', 'rollover-refused', 'store-away'],
})
