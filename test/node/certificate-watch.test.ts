import { execFileSync } from 'node:child_process'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCertificate, watchCertificate } from '../../src/node/certificate-watch.js'

let folder: string
let server: Server
let stop: () => void
let lines: string[]
const file = (name: string): string => join(folder, name)
const files = () => ({ certificate: file('in-use.crt'), key: file('in-use.key') })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-certificate-'))
  lines = []
  for (const name of ['one', 'two'])
    execFileSync(
      'openssl',
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${name} -keyout ${file(`${name}.key`)} -out ${file(`${name}.crt`)}`.split(
        ' ',
      ),
      { stdio: 'ignore' },
    )
  await use('one', 'crt', 'key')
  const pair = await readCertificate(files())
  server = createServer(pair)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  stop = watchCertificate(server, files(), pair, pino({}, { write: line => void lines.push(line) }))
})
afterEach(async () => {
  stop()
  await new Promise(resolve => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

async function use(name: string, ...kinds: readonly string[]): Promise<void> {
  for (const kind of kinds) await copyFile(file(`${name}.${kind}`), file(`in-use.${kind}`))
}

const shown = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo // it listens on an address
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.once('error', reject)
  })

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await what()) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error(`it did not come to that: ${lines.join('')}`)
}

test('a certificate that was renewed is in use without a restart', async () => {
  expect(await shown()).toBe('one')
  await use('two', 'key', 'crt')
  await until(async () => (await shown()) === 'two')
  expect(lines.at(-1)).toContain('is in use, good until')
})

test('while certificate and key are no pair the old ones stay, and then the new ones come', async () => {
  await use('two', 'crt')
  await until(async () => lines.some(line => line.includes('was not taken')))
  expect(await shown()).toBe('one')
  await use('two', 'key')
  await until(async () => (await shown()) === 'two')
})

test('what is no certificate is not taken', async () => {
  await writeFile(files().certificate, 'nonsense')
  await until(async () => lines.some(line => line.includes('was not taken; the one before stays in use')))
  expect(await shown()).toBe('one')
})
