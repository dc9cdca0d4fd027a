// A signed zone that is served while its keys are exchanged, and each kind of rollover that there is: the parent follows the CDS.

import type { RolloverWish } from '../../src/control-plane/keys/exchange.js'
import type { OutsideSigner } from '../../src/control-plane/keys/outside-signer.js'
import { dsFor } from '../../src/control-plane/publish/signed-zone.js'
import type { Denial, Zone } from '../../src/control-plane/traffic/document/zone.js'
import { type KeyDesk, NO_DS, openDesk } from '../control-plane/keys/key-desk.js'
import { readDocument, World } from '../world.js'
import { type Served, serveWorld } from './served-world.js'
import { NOW } from './signed-world.js'

const traffic = (split: boolean, denial: Denial): string => `
regions:
  one: { addresses: [192.0.2.1], location: [35.68, 139.69] }
  two: { addresses: [192.0.2.2], location: [52.52, 13.4] }
zones:
  example.com:
    dnssec: { split: ${split}, denial: ${denial} }
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 127.0.0.1 }
      www: { steer: nearest, regions: [one, two], ttl: { max: 60s, min: 5s } }
      "*.wild": { type: TXT, data: '"wild"' }
      alias: { type: CNAME, data: www.example.com. }
      old: { type: DNAME, data: wild.example.com. }
      delegated: [ { type: NS, data: ns.example.net. }, { type: DS, data: "1 13 2 ${'ab'.repeat(32)}" } ]
      plain: { type: NS, data: ns.example.net. }
`
export const DS_TTL = 3600

export interface Rolled {
  readonly world: World
  readonly desk: KeyDesk
  readonly zone: Zone
  /** Of the rollovers, seconds. */
  readonly clock: { wall: number; steady: number }
  readonly served: Served
}

/** Served when its first keys are known to the parent. @param time what signatures are made by, unless by the clock of the rollovers */
export async function serveRolled(
  folder: string,
  split: boolean,
  denial: Denial,
  time?: { readonly wall: number; readonly steady: number },
  outside?: OutsideSigner,
): Promise<Rolled> {
  const clock = { wall: NOW, steady: NOW }
  const document = readDocument(traffic(split, denial))
  const zone = [...document.zones.values()][0]!
  const desk = await openDesk(folder, clock, async () => world.publisher.resign())
  const world: World = await World.of(document, [], new Map(), {
    prepare: document => desk.keys.prepare(document),
    keysOf: desk.keys.keysOf,
    time: () => ({ ...(time ?? clock) }),
    serialOf: ({ soa }) => soa.serial,
    outside,
  })
  const rolled = { world, desk, zone, clock, served: await serveWorld(world) }
  await goOn(rolled)
  const ds = dsOf(rolled)
  desk.parent = { ttl: DS_TTL, everywhere: ds, somewhere: ds }
  return rolled
}

export const dsOf = ({ desk, zone }: Rolled): readonly Uint8Array[] =>
  dsFor(zone.origin, desk.keys.keysOf(zone)!, DS_TTL)?.rdatas ?? []

/** Lets time pass, the parent following the CDS, until the stage is another. @returns whether one is under way */
export async function goOn(rolled: Rolled): Promise<boolean> {
  const { desk, zone, clock, world } = rolled
  const before = desk.keys.rolloverOf(zone.origin)?.stage
  for (let looks = 0; looks < 400; looks++) {
    clock.wall += 1800
    clock.steady += 1800
    await desk.rollovers.look(world.document)
    const after = desk.keys.rolloverOf(zone.origin)?.stage
    if (after !== before) return after !== undefined
    const rdatas = dsOf(rolled)
    const unsaid = desk.keys.keysOf(zone)!.atParent.cds.length === 0
    if (!unsaid) desk.parent = rdatas.length === 0 ? NO_DS : { ttl: DS_TTL, everywhere: rdatas, somewhere: rdatas }
  }
  throw new Error('the rollover does not go on')
}

const wish = (kind: RolloverWish['kind'], more: Partial<RolloverWish> = {}): RolloverWish => ({
  ...{ kind, emergency: false, actor: 'test', reason: 'yearly' },
  ...more,
})

/** Name, whether the zone has two keys before, what is wanted, and the stages that it takes. */
export const ROLLOVERS: readonly (readonly [string, boolean, RolloverWish, number])[] = [
  ['csk', false, wish('csk'), 2],
  ['csk in an emergency', false, wish('csk', { emergency: true }), 2],
  ['csk into two keys', false, wish('csk', { split: true }), 2],
  ['ksk', true, wish('ksk'), 3],
  ['ksk in an emergency', true, wish('ksk', { emergency: true }), 2],
  ['zsk', true, wish('zsk'), 2],
  ['zsk in an emergency', true, wish('zsk', { emergency: true }), 1],
  ['algorithm, one key', false, wish('algorithm', { algorithm: 15 }), 4],
  ['algorithm, two keys', true, wish('algorithm', { algorithm: 8 }), 4],
]
