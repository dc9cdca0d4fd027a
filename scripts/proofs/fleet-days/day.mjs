// The life of one simulated world: faults and operators for a while, then all is mended, and all has to be well; and again.
import { Faults } from './faults.mjs'
import { SEEN_MS } from './judge-sight.mjs'
import { Operators } from './operators.mjs'
import { SETTLED_MS } from './steadiness.mjs'
import { after, on, runUntil, time } from './time.mjs'
import { World } from './world.mjs'

const HOUR = 3_600_000
const LOOK_MS = 20_000
const WHOLE_LOOK_MS = 5000
/** Between two faults, and between two acts of operators, on average, ms. */
const FAULT_EVERY_MS = 240_000
const ACT_EVERY_MS = 420_000
/** For so long faults go on between two times that all is mended, ms. */
const TROUBLE_MS = [1.5 * HOUR, 3.5 * HOUR]
/** By then all nodes answer alike after that. */
export const WHOLE_MS = SETTLED_MS + SEEN_MS + 60_000

/**
 * @returns what there was of it
 * @throws whatever was found wrong, with the last that happened
 */
export function live(seed, hours) {
  const world = new World(seed)
  const { judge, chance } = world
  const faults = new Faults(world, () => judge.touched())
  const operators = new Operators(world, judge)
  let busy = false
  let wholeMs = 0
  const rhythm = (everyMs, act) =>
    after(-Math.log(1 - chance.roll()) * everyMs, () => {
      if (busy) act()
      rhythm(everyMs, act)
    })
  try {
    for (const one of world.nodes) world.start(one)
    judge.touched()
    runUntil(20_000)
    const [first] = world.nodes
    on(first.machine, () => first.node.store.replace(world.document, { actor: 'operator' }))
    runUntil(SETTLED_MS + SEEN_MS)
    rhythm(FAULT_EVERY_MS, () => faults.strike())
    rhythm(ACT_EVERY_MS, () => operators.act())
    after(LOOK_MS, () => judge.look(), LOOK_MS)
    const end = hours * HOUR
    while (time() < end) {
      busy = true
      const until = Math.min(end - WHOLE_MS, time() + chance.between(...TROUBLE_MS))
      runUntil(Math.max(time(), until), () => judge.check())
      busy = false
      wholeMs = Math.max(wholeMs, mend(world, faults, operators))
    }
  } catch (error) {
    error.told = world.told.slice(-60)
    throw error
  }
  const { edits, drills, answers } = judge
  return {
    faults: faults.counts,
    operators: operators.counts,
    wholeMs,
    queries: judge.queries,
    steered: answers.judged,
    sharp: answers.sharp,
    commits: edits.links.length - 1,
    lostWithStore: edits.lostWithStore,
    drills: drills.begun,
    takenOver: drills.takenOver,
  }
}

/** @returns how long it took until all were alike, ms */
function mend(world, faults, operators) {
  const { judge } = world
  faults.mend()
  for (const one of world.nodes) world.comeBack(one)
  judge.touched()
  world.tell('everything', 'is mended')
  const began = time()
  let whole
  while (time() < began + WHOLE_MS) {
    runUntil(time() + WHOLE_LOOK_MS, () => judge.check())
    // Where the store has lost its data somebody brings the document back.
    if (judge.isWiped && time() - began > SETTLED_MS) operators.bring()
    if (!judge.isWhole()) whole = undefined
    else whole ??= time() - began
  }
  if (whole === undefined) {
    judge.fail(`the nodes do not answer alike ${WHOLE_MS / 1000} s after all was mended`)
    judge.check()
  }
  return whole
}
