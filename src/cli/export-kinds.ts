// What a document can be turned into for another system, by the word after --to.
import { exportBind } from '../control-plane/export/bind.js'
import { exportNs1 } from '../control-plane/export/ns1.js'
import { exportOctodns } from '../control-plane/export/octodns.js'
import { exportPowerdns } from '../control-plane/export/powerdns.js'
import { exportRoute53 } from '../control-plane/export/route53.js'
import type { Exported } from '../control-plane/export/told.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'

export const EXPORTS: Readonly<Record<string, (document: TrafficDocument, zone: string | undefined) => Exported>> = {
  bind: exportBind,
  ns1: exportNs1,
  octodns: exportOctodns,
  powerdns: exportPowerdns,
  route53: exportRoute53,
}
