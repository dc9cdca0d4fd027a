// Every case that can be asked for, in the order of the report.
import { compile } from './cases/compile.mjs'
import { extras } from './cases/extras.mjs'
import { failover } from './cases/failover.mjs'
import { memory } from './cases/memory.mjs'
import { million } from './cases/million.mjs'
import { policies } from './cases/policies.mjs'
import { probes } from './cases/probes.mjs'
import { profiles } from './cases/profile.mjs'
import { signed } from './cases/signed.mjs'
import { start } from './cases/start.mjs'
import { storm } from './cases/storm.mjs'
import { twoWorkers } from './cases/two-workers.mjs'
import { KINDS } from './kinds.mjs'

/** Cases with a world of their own, which run one after the other once the side-by-side ones are done. */
export const ALONE = {
  million,
  signed,
  policies,
  extras,
  'two-workers': twoWorkers,
  latency: storm,
  profile: profiles,
  failover,
  compile,
  start,
  memory,
  probes,
}

export const CASES = [...Object.keys(KINDS), ...Object.keys(ALONE)]

/** What answers the first two rows of the budgets. */
export const QUICK = ['geo', 'geo-ecs']
