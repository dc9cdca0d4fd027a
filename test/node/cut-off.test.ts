import { expect, test } from 'vitest'
import type { FleetState } from '../../src/control-plane/admin/port.js'
import type { Rollover } from '../../src/control-plane/keys/rollover.js'
import type { Zone } from '../../src/control-plane/traffic/document/zone.js'
import type { Log } from '../../src/log.js'
import { cutOffOf, tellCutOff } from '../../src/node/cut-off.js'
import { readDocument } from '../world.js'

const DOCUMENT = readDocument(`zones:
  example.com: { nameservers: [ns.example.net], dnssec: true }
  example.org: { nameservers: [ns.example.net] }
`)
const [SIGNED, PLAIN] = [...DOCUMENT.zones.values()] as [Zone, Zone] // so many are in it
const KEYS = { rolloverOf: (): Rollover | undefined => undefined }
const SINCE = 1_795_568_400
const SURE = SINCE + 3600 + SIGNED.dnssec!.propagation

const fleetWith = (standing: FleetState['standing']) => ({
  state: () => ({ node: 'ns1', standing, members: [], voters: [], clocks: new Map() }),
})
const AWAY = fleetWith({ kind: 'away', since: SINCE * 1000, why: 'no answer in time' })

test('only of zones that are signed, and only while the fleet is not heard of', () => {
  expect(cutOffOf(SIGNED, AWAY, KEYS)).toEqual({ since: SINCE, sureUntil: SURE })
  expect(cutOffOf(PLAIN, AWAY, KEYS)).toBeUndefined()
  expect(cutOffOf(SIGNED, fleetWith({ kind: 'live' }), KEYS)).toBeUndefined()
  expect(cutOffOf(SIGNED, undefined, KEYS)).toBeUndefined()
})

test('the log says so at once, an hour before anything can be bogus, and again when it can; and once each', () => {
  const said: string[] = []
  const log = { error: (_: unknown, text: string) => void said.push(text) } as unknown as Log // no more of it is used
  let fleet = AWAY
  const look = tellCutOff(zone => cutOffOf(zone, fleet, KEYS), log)
  for (let now = SINCE; now < SURE + 600; now += 60) {
    look(DOCUMENT, now)
    expect(said, `after ${now - SINCE} s`).toHaveLength(now < SURE ? 1 : 2)
  }
  expect(said[0]).toContain(`from ${new Date(SURE * 1000).toISOString()} on answers of this node may be bogus`)
  expect(said[1]).toContain('take it out of service until etcd is back')
  fleet = fleetWith({ kind: 'live' })
  look(DOCUMENT, SURE + 600)
  fleet = AWAY
  look(DOCUMENT, SINCE)
  expect(said).toHaveLength(3)
})
