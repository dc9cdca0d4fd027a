// Whatever is rolled, whenever the node looks, and however late the parent is: no resolver finds anything bogus.
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { advance, calendar } from '../../../src/control-plane/keys/advance.js'
import type { Rollover, RolloverKind } from '../../../src/control-plane/keys/rollover.js'
import { stagedKeys, stageOf } from '../../../src/control-plane/keys/staged-keys.js'
import { makeKey, type StoredKey } from '../../../src/control-plane/keys/stored-key.js'
import { KEY_TTL } from '../../../src/control-plane/keys/zone-keys.js'
import { dsData, keyTag } from '../../../src/dns/dnssec-key.js'
import { parseName } from '../../../src/dns/name.js'
import { fault, type Moment, type ParentServed, remembered, type ZoneServed } from './resolvers.js'

const ORIGIN = parseName('example.com.')
const UNSIGNED: ZoneServed = { keys: new Map(), signsKeys: [], signsZone: [] }

/** Keys that are taken one after the other, since to make them takes longer than all else. */
const pool: Record<string, StoredKey[]> = {}
beforeAll(async () => {
  for (const role of ['CSK', 'KSK', 'ZSK'] as const)
    for (const algorithm of [13, 15]) {
      const made: StoredKey[] = []
      for (let i = 0; i < 6; i++)
        made.push(await makeKey(ORIGIN, role, algorithm, [...Object.values(pool).flat(), ...made]))
      pool[`${role} ${algorithm}`] = made
    }
})

const anyPlan = fc.record({
  split: fc.boolean(),
  rolls: fc.array(fc.record({ emergency: fc.boolean(), which: fc.constantFrom('first', 'second', 'algorithm') }), {
    minLength: 1,
    maxLength: 4,
  }),
  zoneTtl: fc.constantFrom(0, 60, 3600, 86_400, 604_800),
  dsTtl: fc.constantFrom(60, 3600, 86_400),
  propagation: fc.constantFrom(0, 300, 7200),
  /** Seconds from one look to the next, and until each of the parent's two servers follows. */
  looks: fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 5, maxLength: 12 }),
  lags: fc.array(fc.tuple(fc.integer({ min: 0, max: 300_000 }), fc.integer({ min: 0, max: 300_000 })), {
    minLength: 3,
    maxLength: 8,
  }),
  away: fc.array(fc.boolean(), { minLength: 3, maxLength: 7 }),
})
type Plan = typeof anyPlan extends fc.Arbitrary<infer T> ? T : never

/** However often the node looks besides, weeks go by within some hundred looks. */
const LONG_LOOK = 100_000

class Simulation {
  readonly zone: Moment<ZoneServed>[] = [{ at: 0, served: UNSIGNED }]
  readonly parents: readonly Moment<ParentServed>[][] = [[{ at: 0, served: new Map() }], [{ at: 0, served: new Map() }]]
  stored: StoredKey[] = []
  rollover: Rollover | undefined
  now = 1000
  private looks = 0
  private readonly looksAfter: readonly number[]
  private readonly plan: Plan
  private readonly pending: { at: number; server: number; ds: ParentServed }[] = []
  private asked = ''

  constructor(plan: Plan) {
    this.plan = plan
    this.looksAfter = [...plan.looks, LONG_LOOK]
  }

  begin(kind: RolloverKind, emergency: boolean, made: readonly StoredKey[], old: readonly StoredKey[]): void {
    this.stored.push(...made)
    this.rollover = {
      ...{ kind, emergency, stage: 0, since: this.now, actor: 'test', reason: '' },
      old: old.map(({ file }) => file),
      new: kind === 'sign' ? [] : made.map(({ file }) => file),
      zoneTtl: this.plan.zoneTtl,
      dsTtl: this.parents.some(history => history.at(-1)!.served.size > 0) ? this.plan.dsTtl : 0,
    }
    this.serve()
  }

  /** Until the rollover is over, or rests. */
  run(): void {
    for (let looks = 0; this.rollover !== undefined && stageOf(this.rollover).waits.length > 0; looks++) {
      expect(looks, 'it comes to an end').toBeLessThan(4000)
      this.pass(this.looksAfter[this.looks % this.looksAfter.length]!)
      const away = this.plan.away[this.looks++ % this.plan.away.length]! && this.looks % 3 === 0
      const facts = {
        now: this.now,
        zoneTtl: this.plan.zoneTtl,
        propagation: this.plan.propagation,
        parent: away ? undefined : this.seen(),
      }
      const { rollover } = this
      const next = advance(ORIGIN, this.stored, rollover, facts)
      if (next === undefined) this.stored = this.stored.filter(({ file }) => !rollover.old.includes(file))
      this.rollover = next
      this.serve()
    }
  }

  leave(): void {
    this.rollover = undefined
    this.stored = []
    this.zone.push({ at: this.now, served: UNSIGNED })
    this.judge()
  }

  /** Time goes by in pieces: the parent's servers change in between. */
  pass(seconds: number): void {
    const end = this.now + seconds
    for (;;) {
      const due = this.pending.toSorted((a, b) => a.at - b.at)[0]
      if (due === undefined || due.at > end) break
      this.pending.splice(this.pending.indexOf(due), 1)
      this.now = Math.max(this.now, due.at)
      this.parents[due.server]!.push({ at: this.now, served: due.ds })
      this.judge()
    }
    this.now = end
    this.judge()
  }

  private seen() {
    const sets = this.parents.map(history => [...history.at(-1)!.served.keys()])
    const rdatas = (tags: readonly number[]): Uint8Array[] =>
      Object.values(pool)
        .flat()
        .filter(({ keyTag }) => tags.includes(keyTag))
        .map(({ dnskey }) => dsData(ORIGIN, dnskey, 'SHA256'))
    const some = [...new Set(sets.flat())]
    return {
      at: this.now,
      ttl: some.length === 0 ? 0 : this.plan.dsTtl,
      everywhere: rdatas(some.filter(tag => sets.every(set => set.includes(tag)))),
      somewhere: rdatas(some),
    }
  }

  /** What is served from now on; the parent follows the CDS when it gets round to it. */
  private serve(): void {
    const keys = stagedKeys(ORIGIN, this.stored, this.rollover)
    const tags = (of: readonly { keyTag: number }[]): number[] => of.map(({ keyTag }) => keyTag)
    const served = {
      keys: new Map(keys.published.map(dnskey => [keyTag(dnskey), dnskey[3]!])),
      signsKeys: tags(keys.signsKeys),
      signsZone: tags(keys.signsZone),
    }
    this.zone.push({ at: this.now, served })
    const { cds } = keys.atParent
    const asked = cds.map(rdata => Buffer.from(rdata).toString('hex')).join()
    if (asked !== this.asked && cds.length > 0) {
      const ds = new Map(cds.filter(rdata => rdata[2] !== 0).map(rdata => [(rdata[0]! << 8) | rdata[1]!, rdata[2]!]))
      const lags = this.plan.lags[this.looks % this.plan.lags.length]!
      lags.forEach((lag, server) => void this.pending.push({ at: this.now + lag, server, ds }))
    }
    this.asked = asked
    this.judge()
  }

  private judge(): void {
    const { now, plan } = this
    const keySets = remembered(this.zone, now, KEY_TTL + plan.propagation)
    const answers = remembered(this.zone, now, plan.zoneTtl + plan.propagation)
    const dsSets = this.parents.flatMap(history => remembered(history, now, plan.dsTtl))
    for (const ds of new Set(dsSets))
      for (const keySet of new Set(keySets))
        for (const answer of new Set(answers)) {
          const why = fault(ds, keySet, answer)
          if (why !== undefined) throw new Error(`${this.rollover?.kind} ${this.rollover?.stage} at ${now}: ${why}`)
        }
  }
}

test('no resolver finds anything bogus, from signing over any rollovers to leaving, and back', () => {
  fc.assert(
    fc.property(anyPlan, plan => {
      const used = new Map<string, number>()
      const take = (role: string, algorithm: number): StoredKey => {
        const all = pool[`${role} ${algorithm}`]!
        const number = used.get(`${role} ${algorithm}`) ?? 0
        used.set(`${role} ${algorithm}`, number + 1)
        return all[number]!
      }
      const roles = plan.split ? ['KSK', 'ZSK'] : ['CSK']
      let algorithm = 13
      const simulation = new Simulation(plan)
      simulation.begin(
        'sign',
        false,
        roles.map(role => take(role, algorithm)),
        [],
      )
      simulation.run()
      simulation.pass(400_000)
      for (const { which, emergency } of plan.rolls) {
        const before = [...simulation.stored]
        if (which === 'algorithm') {
          algorithm = algorithm === 13 ? 15 : 13
          simulation.begin(
            'algorithm',
            false,
            roles.map(role => take(role, algorithm)),
            before,
          )
        } else {
          const role = plan.split ? (which === 'first' ? 'KSK' : 'ZSK') : 'CSK'
          const isOld = ({ flags }: StoredKey): boolean => role === 'CSK' || (flags === 256) === (role === 'ZSK')
          const kind = role.toLowerCase() as RolloverKind
          simulation.begin(kind, emergency, [take(role, algorithm)], before.filter(isOld))
        }
        simulation.run()
        expect(simulation.stored).toHaveLength(roles.length)
      }
      simulation.begin('unsign', false, [], [])
      simulation.run()
      expect(simulation.parents.every(history => history.at(-1)!.served.size === 0)).toBe(true)
      simulation.leave()
      simulation.pass(10)
      simulation.begin(
        'sign',
        false,
        roles.map(role => take(role, algorithm)),
        [],
      )
      simulation.run()
      simulation.pass(1_000_000)
      expect(simulation.parents.every(history => history.at(-1)!.served.size > 0)).toBe(true)
    }),
    { numRuns: Number(process.env['MERIDIAN_RUNS'] ?? 150) },
  )
})

test('a calendar is what happens where the parent is quick', () => {
  const [old, fresh] = [pool['CSK 13']![0]!, pool['CSK 13']![1]!]
  const stored = [old, fresh]
  const begun: Rollover = {
    ...{ kind: 'csk', emergency: false, old: [old.file], new: [fresh.file], stage: 0, since: 0 },
    ...{ zoneTtl: 86_400, dsTtl: 7200, actor: '', reason: '' },
  }
  const planned = calendar(begun, 300)
  expect(planned.map(({ at, earliest }) => [at, earliest])).toEqual([
    [0, false],
    [3900, false],
    [3900 + 86_700, true],
  ])
  let rollover: Rollover | undefined = begun
  const changes = [0]
  for (let now = 0; rollover !== undefined; now += 300) {
    const set = [stageOf(rollover).atParent === 'new' ? fresh : old].map(({ dnskey }) =>
      dsData(ORIGIN, dnskey, 'SHA256'),
    )
    const parent = { at: now, ttl: 7200, everywhere: set, somewhere: set }
    const next: Rollover | undefined = advance(ORIGIN, stored, rollover, { now, zoneTtl: 60, propagation: 300, parent })
    if (next?.stage !== rollover.stage) changes.push(now)
    rollover = next
  }
  expect(changes).toEqual(planned.map(({ at }) => at))
})
