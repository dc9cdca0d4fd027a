// The prober with its own checks against real servers, on the real clock.
import { expect, onTestFinished, test } from 'vitest'
import { check } from '../../../src/control-plane/health/check.js'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import { createProber } from '../../../src/control-plane/health/prober.js'
import { freePort, httpPort } from './servers.js'
import { documentOf, httpSpec, region, tcpSpec } from './specs.js'

test('a region that breaks goes down by its real answers, and comes back by them', async () => {
  let status = 200
  const port = await httpPort((_, response) => response.writeHead(status).end())
  const quick = { intervalMs: 50, timeoutMs: 1000 }
  const prober = createProber({ crew: localCrew({ probe: check }), log: { info: () => {}, warn: () => {} } })
  onTestFinished(() => prober.stop())
  const checks = [httpSpec({ port, ...quick }), tcpSpec({ id: 'open', port, ...quick })]
  const closed = tcpSpec({ id: 'closed', port: await freePort(), ...quick })
  const regions = [region('eu', ['127.0.0.1'], ['api', 'open']), region('us', ['127.0.0.1'], ['closed'])]
  prober.configure(documentOf(regions, [...checks, closed]))
  await prober.firstRound()
  const told = (id: string) =>
    prober
      .health()
      .get(id)
      ?.map(({ up, cause }) => [up, cause])
  expect(told('eu')).toEqual([[true, undefined]])
  expect(told('us')).toEqual([[false, 'closed: connection refused']])
  status = 503
  await expect.poll(() => told('eu')).toEqual([[false, 'api: status 503, expected 200-299']])
  status = 200
  await expect.poll(() => told('eu')).toEqual([[true, undefined]])
})
