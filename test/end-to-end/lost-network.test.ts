// The prober's own network is lost, in network namespaces: no client moves, the alarm is raised, and cleared.
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Cable, ip, runIn } from './namespaces.js'
import { Program } from './program.js'
import { Server } from './server.js'

const REGIONS = ['10.79.0.11', '10.79.0.12', '10.79.0.13']
const TRAFFIC = `checks:
  web: { type: http, port: 8080, interval: 1s, timeout: 400ms, fall: 2, rise: 1 }
regions:
${REGIONS.map((address, i) => `  r${i}: { location: [0, ${i}], addresses: [${address}], checks: [web] }`).join('\n')}
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 192.0.2.53 }
      api: { steer: nearest, ttl: { max: 60s, min: 1s } }
`
const BALANCERS = fileURLToPath(new URL('balancers.mjs', import.meta.url))

// Where namespaces cannot be had, CI fails with the reason in namespaces.test.ts.
const unavailable = await Cable.unavailable()

describe.runIf(unavailable === undefined)('a node whose regions lie at the other end of a cable', () => {
  let cable: Cable
  let server: Server
  let balancers: Program

  beforeAll(async () => {
    cable = await Cable.lay(
      ['10.79.0.1/24'],
      REGIONS.map(address => `${address}/24`),
    )
    const [program, ...before] = cable.client.enter
    balancers = new Program(program, [...before, process.execPath, BALANCERS, '8080'])
    await balancers.says(/listening/)
    server = await Server.start({ traffic: TRAFFIC, within: cable.server.enter })
  })

  afterAll(async () => {
    await server?.close()
    await balancers?.stop()
    await cable?.remove()
  })

  const inside = async (...words: readonly string[]): Promise<string> => (await runIn(cable.server, ...words)).stdout
  const answer = async (): Promise<string> =>
    (await inside('dig', '@127.0.0.1', '-p', String(server.port), '+short', '+tries=1', 'api.example.com')).trim()
  const metrics = (): Promise<string> => inside('curl', '-s', `${server.admin}/metrics`)
  const ups = async (): Promise<number> => (await metrics()).match(/^meridian_region_up\{.*\} 1$/gm)?.length ?? 0
  const suspects = async (): Promise<boolean> => (await metrics()).includes('meridian_prober_suspect{family="4"} 1')
  const patient = { timeout: 30_000, interval: 200 }

  test.each([
    ['its own end goes down, so that there is no route', () => cable.server.name],
    ['the other end goes down, so that all is silence', () => cable.client.name],
  ])(
    'when %s, no client moves, the alarm is raised, and cleared when it is back',
    async (_, end) => {
      await expect.poll(ups, patient).toBe(REGIONS.length)
      const before = await answer()
      expect(REGIONS).toContain(before)
      await ip('-n', end(), 'link', 'set', 'eth0', 'down')
      await expect.poll(suspects, patient).toBe(true)
      // Long enough for every target to have failed as often as it takes, and more.
      for (let i = 0; i < 10; i++) {
        await new Promise(resolve => setTimeout(resolve, 500))
        expect([await ups(), await answer()]).toEqual([REGIONS.length, before])
      }
      await ip('-n', end(), 'link', 'set', 'eth0', 'up')
      await expect.poll(suspects, patient).toBe(false)
      expect([await ups(), await answer()]).toEqual([REGIONS.length, before])
    },
    90_000,
  )

  test('one region that falls silent by itself is taken out all the same', async () => {
    await expect.poll(ups, patient).toBe(REGIONS.length)
    await ip('-n', cable.client.name, 'address', 'del', `${REGIONS[1]}/24`, 'dev', 'eth0')
    await expect.poll(ups, patient).toBe(REGIONS.length - 1)
    expect(await suspects()).toBe(false)
    await ip('-n', cable.client.name, 'address', 'add', `${REGIONS[1]}/24`, 'dev', 'eth0')
    await expect.poll(ups, patient).toBe(REGIONS.length)
  })
})
