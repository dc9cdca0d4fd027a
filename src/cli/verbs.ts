// Every verb, in the order in which the help lists them. A new one is a file and a line here.
import { apply } from './apply-verb.js'
import { audit } from './audit-verb.js'
import { check } from './check.js'
import type { Verbs } from './completion.js'
import { completionOf } from './completion-verb.js'
import { context } from './context-verb.js'
import { deleteVerb } from './delete-verb.js'
import { demo } from './demo.js'
import { diff } from './diff-verb.js'
import { dnssec } from './dnssec-verb.js'
import { drill } from './drill-verb.js'
import { explain } from './explain-verb.js'
import { exportVerb } from './export-verb.js'
import { fact } from './fact-verb.js'
import { fleet } from './fleet-verb.js'
import { geo } from './geo-verb.js'
import { get } from './get-verb.js'
import { health } from './health-verb.js'
import { history } from './history-verb.js'
import { importVerb } from './import-verb.js'
import { incident } from './incident-verb.js'
import { latency } from './latency-verb.js'
import { override } from './override-verb.js'
import { put } from './put-verb.js'
import { region } from './region-verb.js'
import { rollback } from './rollback-verb.js'
import { safety } from './safety-verb.js'
import { serve } from './serve.js'
import { token } from './token-verb.js'
import { top } from './top-verb.js'
import { zone } from './zone.js'

export const VERBS: Verbs = {
  serve,
  demo,
  check,
  explain,
  health,
  incident,
  region,
  override,
  latency,
  geo,
  safety,
  fact,
  drill,
  get,
  put,
  delete: deleteVerb,
  apply,
  diff,
  history,
  import: importVerb,
  rollback,
  export: exportVerb,
  fleet,
  token,
  audit,
  top,
  zone,
  dnssec,
  context,
  completion: completionOf(() => VERBS),
}
