// Secondaries of signed zones: whoever validates finds all of their answers secure, those that deny as well, from the first transfer on,
// over changes that they get step by step, and when all is signed anew.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from './ports.js'
import { run, runMeridian } from './program.js'
import { dig, type Secondary, serialAt, startKnot, startNsd, untilSame } from './secondaries.js'
import { Server } from './server.js'

const SECRET = Buffer.from('a secret of the signed transfers').toString('base64')
const ZONES = ['example.com', 'example.net'] as const

const zone = (name: string, denial: string, notify: readonly string[]) => `
  ${name}:
    dnssec: { denial: ${denial} }
    nameservers: [ns1.example.org]
    transfer: { allow: [xfer], notify: [${notify.join(', ')}] }
    records:
      api: { steer: nearest }
      cdn: { type: CNAME, data: api.${name}. }
      "*.wild": { type: TXT, data: '"wild"' }
      unsigned: { type: NS, data: ns1.example.org. }
`

let folder: string
let server: Server
let secondaries: Readonly<Record<'Knot' | 'NSD', Secondary>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-e2e-'))
  const [knotPort, nsdPort] = [await freePort(), await freePort()]
  const notify = [`"127.0.0.1:${knotPort}"`, `{ to: "127.0.0.1:${nsdPort}", key: xfer }`]
  server = await Server.start({
    traffic: `regions: { east: { addresses: [192.0.2.1, "2001:db8::1"] }, west: { addresses: [192.0.2.2] } }\nzones:${zone('example.com', 'nsec', notify)}${zone('example.net', 'nsec3', notify)}`,
    settings: () => `keys: { xfer: { secret: ${SECRET} } }`,
  })
  const wish = { folder, zones: ZONES, primary: server.port, secret: SECRET }
  secondaries = {
    Knot: await startKnot({ ...wish, port: knotPort }),
    NSD: await startNsd({ ...wish, port: nsdPort }),
  }
  for (const name of ZONES) {
    const words = ['dnssec', 'ds', name, '--server', server.admin, '--state', server.path('state')]
    const [, numbers, digest] = / DS (\d+ \d+ \d+) (\S+)/.exec((await runMeridian(words)).stdout)!
    await writeFile(join(folder, `${name}.anchors`), `trust-anchors { ${name}. static-ds ${numbers} "${digest}"; };\n`)
  }
})

afterAll(async () => {
  for (const { program } of Object.values(secondaries ?? {})) await program.stop()
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

const QUESTIONS = [
  '@ SOA',
  '@ DNSKEY',
  'api A',
  'api AAAA',
  'cdn A',
  'api TXT',
  'nowhere A',
  'x.wild TXT',
  'x.wild A',
  'unsigned DS',
]

/** What delv says of each question where not that all of it is secure. */
async function notSecure(port: number, questions: readonly string[]): Promise<readonly string[]> {
  const said: string[] = []
  for (const name of ZONES)
    said.push(...(await Promise.all(questions.map(question => problemOf(port, name, question)))))
  return said.filter(problem => problem !== '')
}

async function problemOf(port: number, zone: string, question: string): Promise<string> {
  const [label, type] = question.split(' ') as [string, string]
  const asked = label === '@' ? zone : `${label}.${zone}`
  const trust = ['-a', join(folder, `${zone}.anchors`), `+root=${zone}`]
  const { stdout, stderr } = await run('delv', ['@127.0.0.1', '-p', String(port), asked, type, ...trust])
  return stdout.includes('fully validated') ? '' : `${asked} ${type}: ${stdout}${stderr}`
}

async function untilAllSame(): Promise<void> {
  for (const secondary of Object.values(secondaries)) for (const name of ZONES) await untilSame(secondary, server, name)
}

const ports = (): readonly number[] => Object.values(secondaries).map(({ port }) => port)

test('what Knot and NSD answer is secure: what is there, what is not, and a steered name with all of its regions', async () => {
  await untilAllSame()
  for (const port of ports()) {
    expect(await notSecure(port, QUESTIONS)).toEqual([])
    const addresses = (await dig(port, '+short', 'api.example.com', 'A')).trim().split('\n')
    expect(addresses.toSorted()).toEqual(['192.0.2.1', '192.0.2.2'])
    expect(await dig(port, '+dnssec', 'nowhere.example.net', 'A')).toMatch(/ NSEC3 1 0 0 - /)
  }
})

test('a change is sent with its signatures, and without the rest', async () => {
  const from = server.program.stdout.length
  const before = await serialAt(server.port)
  const text = await server.readTraffic()
  await writeFile(
    server.path('traffic.yaml'),
    text.replaceAll('"*.wild"', `new: { type: A, data: 192.0.2.9 }\n      "*.wild"`),
  )
  await server.program.says(/sent the changes of example\.net\.[\s\S]*/, { from })
  await untilAllSame()
  expect(await serialAt(server.port)).toBeGreaterThan(before)
  expect(server.program.stdout.slice(from)).toMatch(/sent the changes of example\.com\./)
  expect(server.program.stdout.slice(from)).not.toMatch(/sent the whole of/)
  for (const port of ports()) expect(await notSecure(port, ['new A', 'new AAAA', ...QUESTIONS])).toEqual([])
})

test('a server that is started anew signs anew, with a higher serial, and its secondaries follow', async () => {
  const before = await serialAt(server.port)
  await server.restart()
  expect(await serialAt(server.port)).toBeGreaterThan(before)
  await untilAllSame()
  for (const port of ports()) expect(await notSecure(port, ['new A', ...QUESTIONS])).toEqual([])
})
