// Every resource of the API. A new one is a file and a line here.
import type { Routes } from '../route.js'
import { audit } from './audit.js'
import { catchment } from './catchment.js'
import { checks } from './checks.js'
import { dnssec } from './dnssec.js'
import { drills } from './drills.js'
import { events } from './events.js'
import { explain } from './explain.js'
import { exports } from './export.js'
import { facts } from './facts.js'
import { fleet } from './fleet.js'
import { geo } from './geo.js'
import { health } from './health.js'
import { incidents } from './incidents.js'
import { latency } from './latency.js'
import { load } from './load.js'
import { metrics } from './metrics.js'
import { overrides } from './overrides.js'
import { policies } from './policies.js'
import { probes } from './probes.js'
import { rates } from './rates.js'
import { records } from './records.js'
import { regions } from './regions.js'
import { revisions } from './revisions.js'
import { safety } from './safety.js'
import { samples } from './samples.js'
import { sections } from './sections.js'
import { signals } from './signals.js'
import { simulate } from './simulate.js'
import { status } from './status.js'
import { tokens } from './tokens.js'
import { traffic } from './traffic.js'
import { zones } from './zones.js'

/** Below /v1; all of them want the token. */
export const API_ROUTES: readonly Routes[] = [
  regions,
  overrides,
  drills,
  zones,
  records,
  dnssec,
  exports,
  policies,
  status,
  fleet,
  health,
  incidents,
  checks,
  signals,
  traffic,
  sections,
  revisions,
  explain,
  catchment,
  geo,
  latency,
  load,
  simulate,
  safety,
  facts,
  rates,
  samples,
  events,
  tokens,
  audit,
]

/** For supervisors and collectors, which have no token. */
export const OPEN_ROUTES: readonly Routes[] = [probes, metrics]
