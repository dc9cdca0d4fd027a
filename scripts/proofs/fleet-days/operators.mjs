// Operators of the simulated fleet: edits, overrides and drills, on any node that answers, and what each was told of it.
import { readDrillWish } from '../../../dist/control-plane/operate/drill-wish.js'
import { CHAIN_PATH, chained, chainRecord } from './document.mjs'
import { REGIONS } from './names.mjs'
import { on } from './time.mjs'

/** Nobody knows whether it was made; all else that is thrown says that it was not. */
const UNKNOWN = 'StoreAway'

export class Operators {
  counts = { edits: 0, acknowledged: 0, unknown: 0, refused: 0, overrides: 0, drills: 0 }
  next = 1

  constructor(world, judge) {
    this.world = world
    this.judge = judge
  }

  /** Does one thing or another. */
  act() {
    const { chance } = this.world
    const up = this.world.running()
    if (up.length === 0) return
    const one = chance.of(up)
    const what = chance.roll()
    if (what < 0.55) this.edit(one)
    else if (what < 0.65) for (const each of up) this.edit(each)
    else if (what < 0.85) this.override(one)
    else if (what < 0.9) this.cancel(one)
    else if (what < 0.97) this.drill(one)
    else this.abort(one)
  }

  edit(one) {
    const id = String(this.next++)
    const { store } = one.node
    const ifRevision = this.world.chance.is(0.3) ? store.current().revision : undefined
    const plan = ({ written }) => {
      const [{ data }] = CHAIN_PATH.reduce((value, key) => value[key], written)
      return [{ path: CHAIN_PATH, value: chainRecord(chained(id, data)) }]
    }
    this.counts.edits++
    this.watch(one, () => store.edit(plan, { actor: 'operator', reason: `edit ${id}`, ifRevision }), {
      acknowledged: () => this.judge.edits.acknowledged(id, one),
      refused: error => this.judge.edits.refused(id, one, error),
    })
  }

  /** On the node that knows most. */
  bring() {
    const known = one => this.judge.edits.indexOf.get(on(one.machine, () => one.node.ask.chain().data))
    const [best] = this.world.running().sort((a, b) => known(b) - known(a))
    if (best !== undefined) this.edit(best)
  }

  override(one) {
    const { chance } = this.world
    const id = String(this.next++)
    const reason = `override ${id}`
    const wish = {
      targets: [chance.of(REGIONS)],
      state: chance.of(['down', 'down', 'up']),
      reason,
      for: `${Math.ceil(chance.between(30, 1800))}s`,
    }
    this.counts.overrides++
    this.watch(one, () => one.node.overrides.create(wish, 'operator'), {
      acknowledged: () => this.judge.overrides.acknowledged(reason, one),
      refused: error => this.judge.overrides.refused(reason, one, error),
    })
  }

  cancel(one) {
    const own = one.node.overrides.list().filter(({ origin }) => origin === 'operator')
    if (own.length === 0) return
    const { id, reason } = this.world.chance.of(own)
    this.judge.overrides.cancelled(reason)
    this.watch(one, () => one.node.overrides.cancel(id), {})
  }

  drill(one) {
    const { chance } = this.world
    const kind = chance.is(0.75) ? 'switch' : 'fault'
    const seconds = () => `${Math.ceil(chance.between(20, 240))}s`
    const wish = {
      targets: [chance.of(REGIONS)],
      kind,
      reason: `drill ${this.next++}`,
      ...(kind === 'fault'
        ? { steps: [{ percent: 100, for: '20m' }] }
        : {
            steps: [
              { percent: 30, for: seconds() },
              { percent: 100, for: seconds() },
            ],
            back: [{ percent: 50, for: seconds() }],
          }),
    }
    this.counts.drills++
    this.watch(
      one,
      async () => {
        const { document } = one.node.store.current()
        const { plan } = readDrillWish(wish, document.regions, 'operator', Date.now())
        const { drill } = await one.node.drills.create(plan)
        await one.node.drills.start(drill.id, 0, 'operator')
      },
      {},
    )
  }

  abort(one) {
    const going = one.node.drills.list().filter(({ drill }) => ['out', 'back'].includes(drill.phase.kind))
    if (going.length === 0) return
    const { drill } = this.world.chance.of(going)
    this.watch(one, () => one.node.drills.abort(drill.id, 'an operator says so'), {})
  }

  /** Whatever becomes of it, unless the node ends before. */
  watch(one, work, { acknowledged, refused }) {
    on(one.machine, () =>
      work().then(
        () => {
          this.counts.acknowledged++
          acknowledged?.()
        },
        error => {
          if (error.name === UNKNOWN) this.counts.unknown++
          else {
            this.counts.refused++
            refused?.(error)
          }
        },
      ),
    )
  }
}
