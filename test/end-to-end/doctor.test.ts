// The doctor, against a small internet on loopback: a zone that is delegated well, one that is not at all, and one in every wrong way.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from './ports.js'
import { type Finished, runMeridian } from './program.js'
import { Server } from './server.js'

const [PARENT, CHILD, OTHER, DEAD] = ['127.0.4.52', '127.0.4.53', '127.0.4.54', '127.0.4.55']

const parentZones = `
zones:
  ".": { nameservers: [ns.com], records: { com: { type: NS, data: ns.com. }, ns.com: { type: A, data: ${PARENT} } } }
  com:
    nameservers: [ns.com]
    records:
      ns: { type: A, data: ${PARENT} }
      well: [{ type: NS, data: ns1.well.com. }, { type: NS, data: ns2.well.com. }]
      ns1.well: { type: A, data: ${CHILD} }
      ns2.well: { type: A, data: ${OTHER} }
      ill:
        - { type: NS, data: ns1.ill.com. }
        - { type: NS, data: ns2.ill.com. }
        - { type: NS, data: ns3.ill.com. }
        - { type: DS, data: "1 13 2 ${'ab'.repeat(32)}" }
      ns1.ill: { type: A, data: ${DEAD} }
      ns3.ill: { type: A, data: ${PARENT} }
`
const childZones = `
checks: { web: { type: tcp, port: 443 } }
regions:
  eu: { addresses: [192.0.2.1], checks: [web] }
  us: { addresses: [192.0.2.2] }
zones:
  well.com:
    nameservers: [ns1.well.com, ns2.well.com]
    records: { ns1: { type: A, data: ${CHILD} }, ns2: { type: A, data: ${OTHER} }, api: { steer: nearest, regions: [eu], ttl: 30s } }
  gone.com:
    nameservers: [ns1.gone.com]
    records: { ns1: { type: A, data: ${CHILD} }, api: { steer: nearest } }
  ill.com:
    nameservers: [ns1.ill.com, ns2.ill.com]
    records: { ns1: { type: A, data: ${CHILD} }, ns2: { type: A, data: ${OTHER} } }
`

let port: number
let parent: Server
let child: Server
beforeAll(async () => {
  port = await freePort()
  parent = await Server.start({ traffic: parentZones, settings: () => `listen: ["${PARENT}:${port}"]` })
  child = await Server.start({
    traffic: childZones,
    settings: () => `listen: ["${CHILD}:${port}", "${OTHER}:${port}"]`,
  })
})
afterAll(async () => {
  await child?.close()
  await parent?.close()
})

const doctor = async (...words: readonly string[]): Promise<Finished> =>
  runMeridian(['doctor', ...words, '--server', child.admin, '--resolver', PARENT, '--port', String(port)], {
    env: { MERIDIAN_TOKEN: await child.token() },
  })

/** Without what the machine is like, and the regions of a test, which are down. */
const told = ({ stdout }: Finished): readonly string[] =>
  stdout.split('\n').filter(line => /\.com|\.com\b/.test(line) && !line.startsWith(' '))

test('what is well is said to be so, and nothing else', async () => {
  const outcome = await doctor('well.com', '--all')
  expect(told(outcome).filter(line => /well\.com/.test(line))).toEqual([
    'good     delegation of well.com: com names ns1.well.com, ns2.well.com, as the zone does',
    `good     glue of ns1.well.com: ${CHILD}`,
    `good     glue of ns2.well.com: ${OTHER}`,
    `good     ns1.well.com (${CHILD}): answers by UDP and TCP`,
    `good     ns2.well.com (${OTHER}): answers by UDP and TCP`,
    'good     api.well.com: clients leave a dead region after 56 s at most: 26 s until it is noticed, 30 s until answers expire',
  ])
  expect(outcome.stdout).toContain('good     strangers: are refused what is in no zone: it is no open resolver')
})

test('a zone that is not delegated is told what to enter', async () => {
  const outcome = await doctor('gone.com')
  expect(outcome.code).toBe(1)
  expect(outcome.stdout).toContain(
    `bad      delegation of gone.com: com does not delegate it (NXDOMAIN)
         → at the registrar, or in the zone above, enter the name servers ns1.gone.com, with their addresses (glue): ns1.gone.com ${CHILD}`,
  )
  expect(outcome.stdout).toContain(
    'warning  api.gone.com: nothing looks at us: clients are sent there whether it lives or not',
  )
})

test('each way of being delegated wrongly is told apart', async () => {
  const outcome = await doctor('ill.com')
  expect(outcome.code).toBe(1)
  expect(told(outcome).filter(line => /ill\.com/.test(line))).toEqual([
    'bad      delegation of ill.com: com sends resolvers to ns3.ill.com, which the zone does not name',
    `bad      glue of ns1.ill.com: the parent has ${DEAD}, the zone has ${CHILD}`,
    'bad      glue of ns2.ill.com: the parent has no address for it, and without one it cannot be found',
    'bad      DS of ill.com: the parent says that it is signed, and it is not: resolvers that validate answer nothing of it',
    `bad      ns1.ill.com (${DEAD}): does not answer by UDP from here`,
    `bad      ns1.ill.com (${DEAD}): does not answer by TCP from here`,
    `bad      ns3.ill.com (${PARENT}): answers by UDP, but not for ill.com (NOERROR)`,
    `bad      ns3.ill.com (${PARENT}): answers by TCP, but not for ill.com (NOERROR)`,
  ])
})

test('a server that answers strangers for names of others is told of', async () => {
  const outcome = await runMeridian(
    ['doctor', 'com', '--server', parent.admin, '--resolver', PARENT, '--port', String(port)],
    { env: { MERIDIAN_TOKEN: await parent.token() } },
  )
  expect(outcome.code).toBe(1)
  expect(outcome.stdout).toContain(
    `bad      strangers: who ask ${PARENT} port ${port} for a name of others get NXDOMAIN
         → something else answers there, or it serves the root: see who listens (ss -lnup)`,
  )
})

test('programs get the same', async () => {
  const { findings } = JSON.parse((await doctor('gone.com', '--json')).stdout) as {
    findings: readonly { state: string; about: string }[]
  }
  expect(findings[0]).toMatchObject({ state: 'bad', about: 'delegation of gone.com' })
})

test('a zone of others is refused in words', async () => {
  const outcome = await doctor('other.com')
  expect([outcome.code, outcome.stderr]).toEqual([2, expect.stringContaining('other.com is no zone of the server')])
})
