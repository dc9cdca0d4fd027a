import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SharedValue } from '../../src/control-plane/state/shared-value.js'
import type { Log } from '../../src/log.js'
import type { Fleet } from '../../src/node/fleet.js'
import {
  areSecrets,
  type HeldSecrets,
  LIFE_MS,
  openFleetSecrets,
  renewed,
  STEP_MS,
} from '../../src/node/fleet-secrets.js'
import { until } from '../end-to-end/server.js'
import { EtcdCluster } from '../etcd.js'
import { Replicas } from '../replicas.js'

const [A, B] = ['a'.repeat(32), 'b'.repeat(32)] as const
const fresh = (): string => B
const LOG = { info: () => {}, warn: () => {}, error: () => {} } as unknown as Log // no more of it is used
const hex = (secrets: readonly Uint8Array[]): string[] => secrets.map(secret => Buffer.from(secret).toString('hex'))
const fleetOf = (value: SharedValue<HeldSecrets>): Pick<Fleet, 'value'> =>
  ({ value: () => value }) as unknown as Pick<Fleet, 'value'> // it is asked for this one only

test.each<[string, HeldSecrets, number, HeldSecrets]>([
  ['where there is none one is made', [], 5, [{ secret: B, since: 5 }]],
  ['one that is young enough stays', [{ secret: A, since: 0 }], LIFE_MS - 1, [{ secret: A, since: 0 }]],
  [
    'behind one that is old enough comes another',
    [{ secret: A, since: 0 }],
    LIFE_MS,
    [
      { secret: A, since: 0 },
      { secret: B, since: LIFE_MS },
    ],
  ],
  [
    'which makes cookies when everybody knows it',
    [
      { secret: A, since: 0 },
      { secret: B, since: 100 },
    ],
    100 + STEP_MS,
    [
      { secret: B, since: 100 + STEP_MS },
      { secret: A, since: 0 },
    ],
  ],
  [
    'and is alone when no cookie of the one before is good any more',
    [
      { secret: B, since: 100 },
      { secret: A, since: 0 },
    ],
    100 + STEP_MS,
    [{ secret: B, since: 100 }],
  ],
])('%s', (_, held, now, expected) => {
  expect(renewed(held, now, fresh)).toEqual(expected)
})

test('no step is made before its time, and then the very same are there', () => {
  const coming = [{ secret: A, since: 0 }] as const
  const going = [{ secret: B, since: 100 }, ...coming]
  expect(renewed(coming, LIFE_MS - 1, fresh)).toBe(coming)
  expect(renewed(going, 99 + STEP_MS, fresh)).toBe(going)
})

test('through a whole renewal the secret that makes cookies anywhere is checked everywhere, one step behind or not', () => {
  let held: HeldSecrets = [{ secret: A, since: 0 }]
  for (let now = LIFE_MS; held[0]!.secret === A || held.length > 1; now += STEP_MS) {
    const after = renewed(held, now, fresh)
    expect(after.map(({ secret }) => secret)).toContain(held[0]!.secret)
    expect(held.map(({ secret }) => secret)).toContain(after[0]!.secret)
    held = after
  }
  expect(held.map(({ secret }) => secret)).toEqual([B])
})

test.each([[[]], [[{ secret: A, since: 1 }]]])('%j are secrets', value => {
  expect(areSecrets(value)).toBe(true)
})
test.each([
  [null],
  [[null]],
  [[{ secret: 'short', since: 1 }]],
  [[{ secret: A }]],
  [Array(3).fill({ secret: A, since: 1 })],
])('%j are none', value => {
  expect(areSecrets(value)).toBe(false)
})

describe('in etcd', () => {
  let cluster: EtcdCluster
  const replicas = new Replicas()
  beforeAll(async () => {
    cluster = await EtcdCluster.start()
  })
  afterAll(async () => {
    await replicas.close()
    await cluster?.stop()
  })

  const valueOfNode = async (): Promise<SharedValue<HeldSecrets>> =>
    (await replicas.node(cluster, '/cookies/'))<HeldSecrets>('cookie-secrets', [], areSecrets)

  test('nodes that start at once have the same one, and hear of each that comes', async () => {
    let now = 1_700_000_000_000
    const values = await Promise.all([valueOfNode(), valueOfNode(), valueOfNode()])
    const nodes = await Promise.all(values.map(value => openFleetSecrets(fleetOf(value), LOG, () => now)))
    const same = (count: number) =>
      until('all have the same', 30_000, async () => {
        const each = nodes.map(node => hex(node.current()))
        return each.every(one => one.length === count && one.join() === each[0]!.join()) ? each[0] : undefined
      })
    const [first] = (await same(1))!
    const heard: string[][] = []
    const ends = nodes.map(node => node.watch(secrets => heard.push(hex(secrets))))
    now += LIFE_MS
    await openFleetSecrets(fleetOf(values[1]!), LOG, () => now)
    const both = (await same(2))!
    expect(both[0]).toBe(first)
    await until('all have heard', 30_000, async () =>
      heard.filter(one => one.join() === both.join()).length >= 3 ? true : undefined,
    )
    for (const end of ends) end()
  })
})

test('a node that hears nothing of its fleet at the start has one of its own', async () => {
  const away = { current: () => [], update: () => Promise.reject(new Error('away')), onChange: () => {} }
  const secrets = await openFleetSecrets(fleetOf(away as unknown as SharedValue<HeldSecrets>), LOG)
  expect(hex(secrets.current())).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)])
  expect(secrets.current()).toEqual(secrets.current())
})
