import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Etcd, EtcdRefused } from '../../../src/control-plane/fleet/etcd.js'
import { StoreAway } from '../../../src/control-plane/state/store-away.js'
import { EtcdCluster } from '../../etcd.js'

let folder: string
let cluster: EtcdCluster
const at = (name: string): string => join(folder, name)
const pem = (name: string): string => readFileSync(at(name), 'utf8')
const openssl = (...words: readonly string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-etcd-tls-'))
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=ca',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  )
  openssl(
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/O=etcd',
    '-keyout',
    'one.key',
    '-out',
    'one.csr',
  )
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n')
  openssl(
    'x509',
    '-req',
    '-in',
    'one.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'names',
    '-out',
    'one.pem',
  )
  cluster = await EtcdCluster.start({
    tls: { certificate: at('one.pem'), key: at('one.key'), authority: at('ca.pem') },
  })
  const control = (...words: readonly string[]) => cluster.control(cluster.endpoints, ...words)
  await control('user', 'add', 'root:secret')
  await control('user', 'grant-role', 'root', 'root')
  await control('role', 'add', 'nodes')
  await control('role', 'grant-permission', 'nodes', 'readwrite', '--prefix=true', '/meridian/')
  await control('user', 'add', 'node:word')
  await control('user', 'grant-role', 'node', 'nodes')
  await control('auth', 'enable')
})
afterAll(async () => {
  await cluster?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function open(more: { readonly tls?: object; readonly password?: string } = {}): Etcd {
  const tls = { authority: pem('ca.pem'), certificate: pem('one.pem'), key: pem('one.key') }
  const credentials = { user: 'node', password: more.password ?? 'word' }
  return new Etcd({ endpoints: cluster.endpoints, timeoutMs: 3000, tls: more.tls ?? tls, credentials })
}

test('over TLS with a certificate, a user reads and writes below its prefix, and watches', async () => {
  const etcd = open()
  await etcd.commit({ unchanged: [], put: [{ key: '/meridian/a', value: '1' }] })
  expect((await etcd.range('/meridian/')).entries).toMatchObject([{ value: '1' }])
  const stop = new AbortController()
  const heard = new Promise(resolve => {
    void etcd
      .watch('/meridian/', 1, events => events.length > 0 && resolve(events[0]?.value), stop.signal)
      .catch(resolve)
  })
  expect(await heard).toBe('1')
  stop.abort()
  etcd.close()
})

test('and nowhere else', async () => {
  const etcd = open()
  const error = await etcd.commit({ unchanged: [], put: [{ key: '/other', value: '1' }] }).catch(error => error)
  expect(error).toBeInstanceOf(EtcdRefused)
  expect(error.message).toContain('permission denied')
  etcd.close()
})

test('a wrong password is refused, and no outage', async () => {
  const etcd = open({ password: 'wrong' })
  await expect(etcd.get('/meridian/a')).rejects.toBeInstanceOf(EtcdRefused)
  etcd.close()
})

test('a token that etcd has forgotten is asked for anew', async () => {
  const etcd = open()
  await etcd.get('/meridian/a')
  await cluster.kill(0)
  await cluster.restart(0)
  expect(await etcd.get('/meridian/a')).toBeDefined()
  etcd.close()
})

test.each([
  ['without a certificate of its own', () => ({ authority: pem('ca.pem') })],
  ['that is signed by nobody it knows', () => ({ certificate: pem('one.pem'), key: pem('one.key') })],
])('etcd cannot be reached %s', async (_, tls) => {
  const etcd = open({ tls: tls() })
  await expect(etcd.get('/meridian/a')).rejects.toBeInstanceOf(StoreAway)
  etcd.close()
})
