// meridian health --watch, against a real API.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { health } from '../../src/cli/health-verb.js'
import { readCall } from '../../src/cli/verb.js'
import type { AddressHealth } from '../../src/control-plane/health/health.js'
import { startTestNode, type TestNode, TOKEN } from '../control-plane/admin/world.js'

let node: TestNode
let server: string
beforeAll(async () => {
  node = await startTestNode()
  server = await node.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => node.close())

const stands = (up: boolean): Map<string, AddressHealth[]> => {
  const check = { check: 'api', up, run: 0, changeInMs: 30_000, lastAt: 0, ...(up ? {} : { lastError: 'status 503' }) }
  return new Map([['us-east', [{ address: '192.0.2.1', up, since: 0, changeInMs: 30_000, checks: [check] }]]])
}

test('health --watch looks again, until it is stopped, and shows what has changed meanwhile', async () => {
  node.health = stands(true)
  const looks: string[] = []
  const print = (text: string): void => {
    looks.push(text)
    node.health = stands(false)
    if (looks.length === 2) throw new Error('stopped')
  }
  const words = ['--watch', '--server', server, '--token', TOKEN]
  const call = { ...readCall(health, words), print, complain: () => {} }
  await expect(health.run(call)).rejects.toThrow('stopped')
  expect(looks[0]).not.toContain('status 503')
  expect(looks[1]).toMatch(/us-east.*192\.0\.2\.1.*down.*status 503/)
})
