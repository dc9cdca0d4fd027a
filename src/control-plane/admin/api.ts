// The API's types, for whoever calls it: the dashboard and the command line. The schemas behind them are in the api- files.

export type { Catchment } from '../operate/catchment.js'
export type { Explanation, ToldRegion } from '../operate/explanation.js'
export type { AuditList, AuditView } from './api-audit.js'
export type { CheckState } from './api-check.js'
export type { DnssecView, RolledView, SignedZonesView } from './api-dnssec.js'
export type { ParentView } from './api-dnssec-parent.js'
export type { DrillList, DrillView, DrillWishView, OutlookView } from './api-drill.js'
export type { DrillReport } from './api-drill-report.js'
export type { FactList, FactView } from './api-fact.js'
export type { FleetView } from './api-fleet.js'
export type { DatabaseList, GeoChangeView } from './api-geo.js'
export type { IncidentList, IncidentView } from './api-incident.js'
export type { LatencyAbout, LatencyTableList, LatencyTableView, TableChangeView } from './api-latency.js'
export type { LoadList } from './api-load.js'
export type { HeldView, OverrideList, OverrideView } from './api-override.js'
export type { PolicyView } from './api-policy.js'
export type { BrokenRule, Fault, ProblemDocument } from './api-problem.js'
export type { RatesView } from './api-rates.js'
export type { AddressView, HealthInFull, RegionHealthView, RegionPatch, RegionView } from './api-region.js'
export type { AppliedView, ChangeView, RevisionList, RevisionView } from './api-revision.js'
export type { SafetyView } from './api-safety.js'
export type { ClientsView, SamplesView, TopView } from './api-samples.js'
export type { WrittenList } from './api-section.js'
export type { StatusView, TrafficView } from './api-status.js'
export type { NewTokenView, TokenList, TokenView } from './api-token.js'
export type { RecordPatch, StaticView, SteeredView, ZoneView } from './api-zone.js'

import type { Simulation as Foretold } from '../operate/simulate.js'
import type { BrokenRule } from './api-problem.js'
import type { RegionHealthView, RegionView } from './api-region.js'

/** POST /v1/simulate. */
export type Simulation = Foretold & { readonly rules: readonly BrokenRule[] }

/** GET /v1/health. */
export interface HealthList {
  readonly regions: readonly RegionHealthView[]
}

/** GET /v1/regions. */
export interface RegionList {
  readonly regions: readonly RegionView[]
}
