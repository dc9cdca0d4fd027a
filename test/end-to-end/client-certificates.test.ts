// The command line and a running server that know each other by certificates, and another authority in the middle of it.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Authority, type Issued } from '../control-plane/admin/authority.js'
import { EXAMPLE } from './example.js'
import { type Finished, runMeridian } from './program.js'
import { Server, until } from './server.js'

let folder: string
let server: Server
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-mtls-'))
  const [ours, others] = [authority('ours'), authority('others')]
  keep('server', ours.issue({ subject: '/CN=server', names: 'IP:127.0.0.1', usage: 'serverAuth' }))
  keep('one', ours.issue({ subject: '/CN=deploy-1/OU=deploy' }))
  keep('two', others.issue({ subject: '/CN=deploy-2/OU=deploy' }))
  writeFileSync(join(folder, 'ours.pem'), ours.certificate)
  writeFileSync(join(folder, 'others.pem'), others.certificate)
  writeFileSync(join(folder, 'clients.pem'), ours.certificate)
  const at = (name: string): string => join(folder, name)
  server = await Server.start({
    traffic: EXAMPLE,
    settings: () => `admin:
  listen: 127.0.0.1:0
  tls: { certificate: ${at('server.pem')}, key: ${at('server.key')} }
  client-certificates: { authorities: ${at('clients.pem')}, required: true, by: ou, grants: { deploy: [edit] } }
`,
  })
})
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

function authority(name: string): Authority {
  mkdirSync(join(folder, name))
  return new Authority(join(folder, name), name)
}
function keep(name: string, { cert, key }: Issued): void {
  writeFileSync(join(folder, `${name}.pem`), cert)
  writeFileSync(join(folder, `${name}.key`), key)
}
const meridian = (who: string | undefined, ...words: readonly string[]): Promise<Finished> =>
  runMeridian(words, {
    cwd: folder,
    env: {
      MERIDIAN_SERVER: server.admin,
      NODE_EXTRA_CA_CERTS: join(folder, 'ours.pem'),
      XDG_CONFIG_HOME: folder,
      ...(who === undefined
        ? { MERIDIAN_TOKEN: 'x' }
        : { MERIDIAN_CLIENT_CERTIFICATE: `${who}.pem`, MERIDIAN_CLIENT_KEY: `${who}.key` }),
    },
  })

test('a certificate is all that the command line needs, until other authorities are in the file', async () => {
  expect(await meridian('one', 'region', 'disable', 'us-west', '--reason', 'a rollout')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('us-west is disabled'),
  })
  expect(await meridian('one', 'history', '--limit', '1')).toMatchObject({
    stdout: expect.stringMatching(/certificate:deploy-1 +a rollout/),
  })
  expect(await meridian('one', 'token', 'list')).toMatchObject({ code: 1 })
  expect(await meridian(undefined, 'region', 'list')).toMatchObject({ code: 1 })
  expect(await meridian('two', 'region', 'list')).toMatchObject({ code: 1 })
  writeFileSync(join(folder, 'clients.pem'), 'no certificate')
  await server.program.says(/was not taken; the one before stays in use/)
  expect((await meridian('one', 'region', 'list')).code).toBe(0)

  copyFileSync(join(folder, 'others.pem'), join(folder, 'clients.pem'))
  await until('the other authority', 30_000, async () =>
    (await meridian('two', 'region', 'list')).code === 0 ? true : undefined,
  )
  expect((await meridian('one', 'region', 'list')).code).toBe(1)
})
