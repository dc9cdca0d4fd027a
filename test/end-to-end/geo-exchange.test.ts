import { rename, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeMmdb } from '../control-plane/geo/mmdb-writer.js'
import { addressesOf, ask, UdpClient } from './dns-client.js'
import { EXAMPLE } from './example.js'
import { Server, until } from './server.js'

// Files are looked at every two seconds; a busy machine may take longer to make the maps.
const TAKEN_MS = 10_000
const FROM_TOKYO = ask('api.example.com', 'A', '133.11.0.0/24')

let server: Server
let client: UdpClient

beforeAll(async () => {
  server = await Server.start({ traffic: EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '') })
  client = await UdpClient.open(server)
})

afterAll(async () => {
  client?.close()
  await server?.close()
})

const answer = async (): Promise<string> => addressesOf((await client.ask(FROM_TOKYO))!).join()

async function replaceDatabase(bytes: Uint8Array): Promise<void> {
  await writeFile(server.path('newer.mmdb'), bytes)
  await rename(server.path('newer.mmdb'), server.path('geo.mmdb'))
}

test('a database that cannot be read is not taken; the one before it stays, and the status says so', async () => {
  await replaceDatabase(Buffer.from('this is no database'))
  const warning = await until('a warning', TAKEN_MS, async () => {
    const { body } = await server.api('GET', '/v1/status')
    const told: string | undefined = body.databases[0].warning
    return told?.includes('refused') ? told : undefined
  })
  expect(warning).toContain('geo.mmdb')
  expect(await answer()).toBe('127.0.1.4')
})

test('a newer database is taken while queries are answered, and none is lost meanwhile', async () => {
  const seen = new Set<string>()
  const berlin = { city: 'Berlin', latitude: 52.52, longitude: 13.4 }
  await replaceDatabase(writeMmdb([{ prefix: '133.11.0.0/16', record: berlin }], { ipVersion: 6 }))
  await until('clients of Tokyo are in Berlin', TAKEN_MS, async () => {
    seen.add(await answer())
    return seen.has('127.0.1.3') ? true : undefined
  })
  expect([...seen]).toEqual(['127.0.1.4', '127.0.1.3'])
})
