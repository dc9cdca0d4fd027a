// A zone whose KSK is elsewhere: a command signs its keys, delv validates, and the command may be away.
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SIGNING_ALGORITHMS } from '../../src/dns/dnssec-algorithms.js'
import { dnskeyData, KEY_FLAG, keyTag } from '../../src/dns/dnssec-key.js'
import { formatPublicKey } from '../../src/dns/dnssec-key-file.js'
import { parseName } from '../../src/dns/name.js'
import { run, runMeridian } from './program.js'
import { Server, until } from './server.js'

const SIGNER = fileURLToPath(new URL('../signer.mjs', import.meta.url))
const ZONE = parseName('example.com')
const TRAFFIC = `
regions:
  one: { addresses: [192.0.2.1] }
zones:
  example.com:
    dnssec: true
    nameservers: [ns1.example.net]
    records:
      www: { steer: nearest }
`

let folder: string
let server: Server
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-outside-'))
  server = await Server.start({
    traffic: 'zones: {}\n',
    settings: () =>
      `dnssec: { resolver: "127.0.0.1:9", signer: { command: ["${process.execPath}", "${SIGNER}", "${folder}"], timeout: 30s } }`,
  })
})
afterAll(async () => {
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

const dnssec = (...words: readonly string[]) =>
  runMeridian(['dnssec', ...words, '--server', server.admin, '--state', server.path('state')])

/** A key as a hardware module would have it: its public half, and what it is called there, in files of BIND. */
async function keyElsewhere(label = 'ksk'): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await writeFile(join(folder, `${label}.pem`), privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const encoded = SIGNING_ALGORITHMS.get(13)!.encodePublic(publicKey) // it is known
  const dnskey = dnskeyData(KEY_FLAG.zone | KEY_FLAG.entryPoint, 13, encoded)
  const file = join(folder, `Kexample.com.+013+${String(keyTag(dnskey)).padStart(5, '0')}`)
  await writeFile(`${file}.key`, formatPublicKey(ZONE, dnskey))
  await writeFile(
    `${file}.private`,
    `Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nLabel: ${Buffer.from(`${label}\0`).toString('base64')}\n`,
  )
  return file
}

async function validated(): Promise<void> {
  const [ds] = (await dnssec('ds', 'example.com')).stdout.split('\n')
  const [, numbers, digest] = / DS (\d+ \d+ \d+) (.*)$/.exec(ds!)!
  await writeFile(join(folder, 'anchors'), `trust-anchors { example.com. static-ds ${numbers} "${digest}"; };\n`)
  for (const question of ['www.example.com A', 'example.com DNSKEY', 'nowhere.example.com A']) {
    const at = [`@${server.host}`, '-p', String(server.port), ...question.split(' ')]
    const delv = await run('delv', [...at, '-a', join(folder, 'anchors'), '+root=example.com'])
    expect(`${delv.stdout}${delv.stderr}`, question).toContain('fully validated')
  }
}

const mode = (word: string) => writeFile(join(folder, 'mode'), word)

test('keys are signed elsewhere, and all else here', async () => {
  const { stdout } = await dnssec('import', 'example.com', await keyElsewhere())
  expect(stdout).toMatch(/^KSK Kexample.*\nZSK Kexample.*\n$/)
  await writeFile(server.path('traffic.yaml'), TRAFFIC)
  await until('it is signed', 60_000, async () => ((await dnssec('ds', 'example.com')).code === 0 ? true : undefined))
  await validated()
})

test('the command may be away: what it has signed is served, also after a restart', async () => {
  await mode('away')
  await server.restart()
  await validated()
})

test('what it would have to sign anew waits for it, and is told of', async () => {
  const before = (await run('dig', [`@${server.host}`, '-p', String(server.port), 'example.com', 'DNSKEY', '+short']))
    .stdout
  expect(await dnssec('roll', 'example.com', 'zsk', '--reason', 'yearly', '--yes')).toMatchObject({ code: 0 })
  expect((await dnssec('status', 'example.com')).stdout).toContain('keys elsewhere could not sign')
  expect(await (await fetch(`${server.admin}/metrics`)).text()).toContain('meridian_dnssec_signer_failed 1')
  const after = (await run('dig', [`@${server.host}`, '-p', String(server.port), 'example.com', 'DNSKEY', '+short']))
    .stdout
  expect(after).toBe(before)
  await validated()

  await mode('')
  await server.restart()
  await validated()
  expect((await dnssec('status', 'example.com')).stdout).not.toContain('could not sign')
  expect((await dnssec('keys', 'example.com')).stdout.trim().split('\n')).toHaveLength(3)
})

test('a key in its place is made there, and named: only its public half goes over the network', async () => {
  await dnssec('cancel', 'example.com')
  expect((await dnssec('roll', 'example.com', 'ksk', '--yes')).stderr).toContain(
    'is elsewhere: a key in its place cannot be made here; make it there, and name it',
  )
  const key = await keyElsewhere('next')
  const rolled = await dnssec('roll', 'example.com', 'ksk', '--key', key, '--reason', 'yearly', '--yes')
  expect(rolled).toMatchObject({ code: 0, stdout: expect.stringContaining('the DS of both keys') })
  expect((await dnssec('ds', 'example.com')).stdout.trim().split('\n')).toHaveLength(4)
  await validated()
  const kept = await readFile(server.path('state', 'keys', `${basename(key)}.private`), 'utf8')
  expect(kept).toMatch(/^Label: /m)
  expect(kept).not.toContain('PrivateKey:')
})
