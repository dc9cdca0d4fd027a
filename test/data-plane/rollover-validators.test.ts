// Each stage of each kind of rollover as validators see it: the DS that the parent has leads delv and unbound to everything that the
// zone answers, unbound by each algorithm that the DS set names. BIND and Knot Resolver say the same of the first kind, or of all.
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import type { RolloverWish } from '../../src/control-plane/keys/rollovers.js'
import { dsFor } from '../../src/control-plane/publish/signed-zone.js'
import type { Zone } from '../../src/control-plane/traffic/document/zone.js'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { type KeyDesk, NO_DS, openDesk } from '../control-plane/keys/key-desk.js'
import { run } from '../end-to-end/program.js'
import { validatingUnbound } from '../end-to-end/unbound.js'
import { bindFor, knotResolverFor, type Trusted } from '../end-to-end/validating-resolvers.js'
import { readDocument, World } from '../world.js'
import { serveWorld } from './served-world.js'
import { NOW } from './signed-world.js'

const traffic = (split: boolean): string => `
regions:
  one: { addresses: [192.0.2.1], location: [35.68, 139.69] }
  two: { addresses: [192.0.2.2], location: [52.52, 13.4] }
zones:
  example.com:
    dnssec: { split: ${split} }
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 192.0.2.53 }
      www: { steer: nearest, regions: [one, two], ttl: { max: 60s, min: 5s } }
      "*.wild": { type: TXT, data: '"wild"' }
`
const QUESTIONS = [
  'www.example.com A',
  'www.example.com AAAA',
  'x.wild.example.com TXT',
  'nowhere.example.com A',
  'example.com DNSKEY',
  'example.com SOA',
  'example.com CDS',
]
const DS_TTL = 3600

let folder: string
let closing: (() => unknown)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-rollover-'))
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
  closing = []
  rmSync(folder, { recursive: true, force: true })
})
afterAll(() => expect(closing).toEqual([]))

interface Rolled {
  readonly world: World
  readonly desk: KeyDesk
  readonly zone: Zone
  readonly clock: { wall: number; steady: number }
  readonly port: number
}

/** The signed zone, served to validators, when its first keys are known to the parent. */
async function serve(split: boolean): Promise<Rolled> {
  // Validators go by the clock of this machine: it stands still, and rollovers have their own.
  const real = { wall: Date.now() / 1000, steady: Date.now() / 1000 }
  const clock = { wall: NOW, steady: NOW }
  const document = readDocument(traffic(split))
  const zone = [...document.zones.values()][0]!
  const desk = await openDesk(folder, clock, async () => world.publisher.resign())
  const world: World = await World.of(document, [], new Map(), {
    prepare: document => desk.keys.prepare(document),
    keysOf: desk.keys.keysOf,
    time: () => real,
  })
  const { port, close } = await serveWorld(world)
  closing.push(close)
  const rolled = { world, desk, zone, clock, port }
  await goOn(rolled)
  return rolled
}

const dsOf = ({ desk, zone }: Rolled): readonly Uint8Array[] =>
  dsFor(zone.origin, desk.keys.keysOf(zone)!, DS_TTL)?.rdatas ?? []

/** Lets time pass, the parent following the CDS, until the stage is another. @returns whether one is under way */
async function goOn(rolled: Rolled): Promise<boolean> {
  const { desk, zone, clock, world } = rolled
  const before = desk.keys.rolloverOf(zone.origin)?.stage
  for (let looks = 0; looks < 400; looks++) {
    clock.wall += 1800
    await desk.rollovers.look(world.document)
    const after = desk.keys.rolloverOf(zone.origin)?.stage
    if (after !== before) return after !== undefined
    const rdatas = dsOf(rolled)
    const unsaid = desk.keys.keysOf(zone)!.atParent.cds.length === 0
    if (!unsaid) desk.parent = rdatas.length === 0 ? NO_DS : { ttl: DS_TTL, everywhere: rdatas, somewhere: rdatas }
  }
  throw new Error('the rollover does not go on')
}

/** With the DS set that the parent has now. */
async function judge({ desk, port }: Rolled, when: string, byAll: boolean): Promise<void> {
  const anchors = (desk.parent?.everywhere ?? []).map(rdata => formatRdata(TYPE.DS, rdata))
  expect(anchors.length, when).toBeGreaterThan(0)
  const statics = anchors.map(text => text.replace(/^(\d+ \d+ \d+) (.*)$/, 'example.com. static-ds $1 "$2";'))
  await writeFile(join(folder, 'anchors'), `trust-anchors { ${statics.join(' ')} };\n`)
  const trusted = anchors.map(text => `example.com. DS ${text}`)
  const unbound = await validatingUnbound(folder, port, trusted, ['harden-algo-downgrade: yes'])
  try {
    for (const question of QUESTIONS) {
      expect(await unbound.ask(question), `${when}, ${question}: ${unbound.log()}`).toMatch(/flags:[^;]* ad[ ;]/)
      const { stdout, stderr } = await run('delv', [
        '@127.0.0.1',
        '-p',
        `${port}`,
        '-a',
        join(folder, 'anchors'),
        '+root=example.com',
        ...question.split(' '),
      ])
      expect(`${stdout}${stderr}`, `${when}, ${question}`).toContain('fully validated')
    }
  } finally {
    await unbound.stop()
  }
  if (byAll) await judgeByOthers({ zone: 'example.com.', ds: anchors, port }, when)
}

/** By BIND and Knot Resolver, each of which starts anew, so that nothing is left of the stage before. */
async function judgeByOthers(trusted: Trusted, when: string): Promise<void> {
  const place = mkdtempSync(join(folder, 'others-'))
  for (const start of [bindFor, knotResolverFor]) {
    const resolver = await start(trusted, place)
    try {
      for (const question of QUESTIONS)
        expect(await resolver.ask(question), `${when}, ${question}: ${resolver.log()}`).toMatch(/flags:[^;]* ad[ ;]/)
    } finally {
      await resolver.stop()
    }
  }
}

/** MERIDIAN_VALIDATORS=all has each kind of rollover judged by BIND and Knot Resolver too, which takes minutes; else it is the first of them. */
const BY_ALL = process.env['MERIDIAN_VALIDATORS'] === 'all'

const wish = (kind: RolloverWish['kind'], more: Partial<RolloverWish> = {}): RolloverWish => ({
  ...{ kind, emergency: false, actor: 'test', reason: 'yearly' },
  ...more,
})

test.each([
  ['csk', false, wish('csk'), 2],
  ['csk in an emergency', false, wish('csk', { emergency: true }), 2],
  ['csk into two keys', false, wish('csk', { split: true }), 2],
  ['ksk', true, wish('ksk'), 3],
  ['ksk in an emergency', true, wish('ksk', { emergency: true }), 2],
  ['zsk', true, wish('zsk'), 2],
  ['zsk in an emergency', true, wish('zsk', { emergency: true }), 1],
  ['algorithm, one key', false, wish('algorithm', { algorithm: 15 }), 4],
  ['algorithm, two keys', true, wish('algorithm', { algorithm: 8 }), 4],
])(
  'unbound and delv find all secure before, in each stage of, and after a rollover: %s',
  async (name, split, wish, stages) => {
    const rolled = await serve(split)
    const { desk, zone, world } = rolled
    const ds = dsOf(rolled)
    desk.parent = { ttl: DS_TTL, everywhere: ds, somewhere: ds }
    const byAll = BY_ALL || name === 'csk'
    await judge(rolled, 'before', byAll)
    const before = desk.keys.storedOf(zone.origin).map(({ file }) => file)
    await desk.rollovers.begin(zone, wish, world.document)
    let stage = 0
    do await judge(rolled, `stage ${++stage}`, byAll)
    while (await goOn(rolled))
    await judge(rolled, 'after', byAll)
    expect(stage).toBe(stages)
    const after = desk.keys.storedOf(zone.origin).map(({ file }) => file)
    expect(after.filter(file => before.includes(file))).toHaveLength(/^[kz]sk/.test(name) ? 1 : 0)
    expect(world.totals().scalars['faults']).toBe(0)
  },
  300_000,
)
