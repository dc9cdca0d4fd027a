import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startDemoRegions } from '../../src/cli/demo-regions.js'

const REGIONS = [
  { id: 'us-east', address: '127.0.1.1' },
  { id: 'eu-central', address: '127.0.1.3' },
]

/** A port that is free on every loopback address: the system gives it out for all of them at once. */
function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '0.0.0.0', () => {
      // A server that listens on TCP has such an address; the type also covers pipes.
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

async function start() {
  const port = await freePort()
  const demo = await startDemoRegions(REGIONS, port)
  onTestFinished(() => demo.close())
  return async (address: string, method: string, path: string): Promise<[number, string]> => {
    const answer = await fetch(`http://${address}:${port}${path}`, { method })
    return [answer.status, (await answer.text()).trim()]
  }
}

const NOTHING = 'There is nothing here: try GET /, GET /health, POST /fail or POST /recover.'

test.each([
  ['GET', '/health', 200, 'ok'],
  ['GET', '/health?from=test', 200, 'ok'],
  ['HEAD', '/health', 200, ''],
  ['GET', '/', 200, 'This is eu-central.'],
  ['HEAD', '/', 200, ''],
  ['POST', '/fail', 200, 'eu-central now fails its health check; POST /recover makes it well again.'],
  ['POST', '/recover', 200, 'eu-central is well again.'],
  ['GET', '/fail', 404, NOTHING],
  ['POST', '/health', 404, NOTHING],
  ['GET', '//', 404, NOTHING],
  ['DELETE', '/', 404, NOTHING],
])('%s %s is answered with %d and "%s"', async (method, path, status, text) => {
  const ask = await start()
  expect(await ask('127.0.1.3', method, path)).toEqual([status, text])
})

test('one region fails and recovers, and the others do not notice', async () => {
  const ask = await start()
  await ask('127.0.1.3', 'POST', '/fail')
  expect(await ask('127.0.1.3', 'GET', '/health')).toEqual([503, 'failing'])
  expect((await ask('127.0.1.3', 'HEAD', '/health'))[0]).toBe(503)
  expect(await ask('127.0.1.3', 'GET', '/')).toEqual([200, 'This is eu-central.'])
  expect(await ask('127.0.1.1', 'GET', '/health')).toEqual([200, 'ok'])
  await ask('127.0.1.3', 'POST', '/recover')
  expect(await ask('127.0.1.3', 'GET', '/health')).toEqual([200, 'ok'])
})

test('a port in use is told with its address, and no region is left running', async () => {
  const port = await freePort()
  const other = createServer()
  await new Promise<void>(resolve => other.listen(port, '127.0.1.3', resolve))
  onTestFinished(() => new Promise<void>(resolve => other.close(() => resolve())))
  await expect(startDemoRegions(REGIONS, port)).rejects.toThrow(
    `cannot listen on 127.0.1.3 port ${port}: the port is already in use`,
  )
  await expect(fetch(`http://127.0.1.1:${port}/health`)).rejects.toThrow()
})
