// /v1/zones/ZONE/dnssec: how a zone is signed.
import { DNSSEC } from '../api-dnssec.js'
import { ZONE_KEY } from '../api-zone.js'
import { dnssecView } from '../dnssec-view.js'
import { zoneNamed } from '../lookup.js'
import { described, type Routes } from '../route.js'

export const dnssec: Routes = (app, port) => {
  app.get<{ Params: { readonly zone: string } }>('/zones/:zone/dnssec', { schema: SHOW }, async request => {
    const zone = zoneNamed(port.store.current().document, request.params.zone)
    const { keysOf, signatures, jump } = port.dnssec
    return dnssecView(zone, keysOf(zone.origin), signatures(), jump())
  })
}

const SHOW = described({
  operationId: 'getDnssec',
  summary: 'How a zone is signed',
  description:
    'Its keys, the DS records that its parent should have, and how long the signatures of the node are good.',
  tag: 'zones',
  reply: DNSSEC,
  params: ZONE_KEY,
  problems: ['zone-not-found'],
})
