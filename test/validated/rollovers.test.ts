// Each stage of each kind of rollover, by each kind of denial, as libunbound finds it: who knows nothing yet, and goes by the clock of the
// rollover, and who remembers keys and DS of the stage before; both of them have every answer secure.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { TYPE, typeNumber } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { goOn, ROLLOVERS, type Rolled, serveRolled } from '../data-plane/rolled-zone.js'
import { askSigned } from '../data-plane/signed-world.js'
import { proofForm } from '../proof-form.js'
import { openResolver, type Resolver } from './libunbound.js'

const { isLong, leave } = proofForm('MERIDIAN_ROLLOVERS')
const asked = { libunbound: 0, 'libunbound, with the stage before in mind': 0 }
afterAll(() => leave(asked))

let folder: string
let closing: (() => unknown)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-rollover-'))
})
afterEach(() => {
  for (const close of closing.toReversed()) close()
  closing = []
  rmSync(folder, { recursive: true, force: true })
})

/** @param fresh a label that nobody has asked for yet */
const questionsOf = (fresh: string): readonly (readonly [name: string, type: string])[] => [
  ['www.example.com.', 'A'],
  ['www.example.com.', 'AAAA'],
  ['alias.example.com.', 'A'],
  [`${fresh}.wild.example.com.`, 'TXT'],
  [`${fresh}.wild.example.com.`, 'A'],
  [`${fresh}.example.com.`, 'A'],
  [`deep.${fresh}.example.com.`, 'A'],
  [`${fresh}.old.example.com.`, 'TXT'],
  ['wild.example.com.', 'A'],
  ['delegated.example.com.', 'DS'],
  ['plain.example.com.', 'DS'],
  ['example.com.', 'DNSKEY'],
  ['example.com.', 'SOA'],
  ['example.com.', 'CDS'],
  ['example.com.', 'NSEC3PARAM'],
]

const YEARS = 10 * 365 * 86_400

/** Two resolvers that trust what the parent has now: one to be asked at once, and one to be asked later as well. */
function resolversOf({ desk, clock, served }: Rolled): { readonly now: Resolver; readonly later: Resolver } {
  const anchors = (desk.parent?.everywhere ?? []).map(rdata => `example.com. DS ${formatRdata(TYPE.DS, rdata)}`)
  const setup = {
    ...{ port: served.port, source: '127.0.0.1', anchors, now: clock.wall },
    ...{ forwards: false, zones: ['example.com.'] },
  }
  const [now, later] = [openResolver(setup), openResolver({ ...setup, skew: YEARS })]
  closing.push(now.close, later.close)
  return { now, later }
}

async function judge(resolver: Resolver, who: keyof typeof asked, fresh: string): Promise<void> {
  for (const [name, type] of questionsOf(fresh)) {
    const { isSecure, bogus } = await resolver.ask(name, typeNumber(type)!)
    expect({ isSecure, bogus }, `${fresh}, ${name} ${type}, ${who}`).toEqual({ isSecure: true, bogus: undefined })
    asked[who]++
  }
}

const DENIALS = ['nsec', 'nsec3', 'compact'] as const
const cases = ROLLOVERS.flatMap((rollover, i) =>
  (isLong ? DENIALS : [DENIALS[i % 3]!]).map(denial => [rollover[0], denial, rollover] as const),
)

test.each(cases)(
  'all is secure before, in each stage of, and after a rollover, also for who remembers the stage before: %s, by %s',
  async (_, denial, [, split, wish, stages]) => {
    const rolled = await serveRolled(folder, split, denial)
    closing.push(rolled.served.close)
    const { desk, zone, world } = rolled
    let before = resolversOf(rolled)
    const judgeAll = async (stage: string): Promise<void> => {
      await world.publisher.resign()
      // Keys are small enough for a datagram of 1,232 bytes, whatever is under way.
      expect(askSigned(world, 'example.com', 'DNSKEY', { tcp: false }).truncated).toBe(false)
      await judge(before.later, 'libunbound, with the stage before in mind', stage)
      before = resolversOf(rolled)
      await judge(before.now, 'libunbound', stage)
      await judge(before.later, 'libunbound', stage)
    }
    await judgeAll('before')
    await desk.rollovers.begin(zone, wish, world.document)
    let stage = 0
    do await judgeAll(`stage-${++stage}`)
    while (await goOn(rolled))
    await judgeAll('after')
    expect(stage).toBe(stages)
    expect(world.totals().scalars['faults']).toBe(0)
  },
  300_000,
)
