// The server that is restarted: alone or in a fleet, by which transport, in clear or over TLS as well.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectSecurely } from 'node:tls'
import { callAdmin, meridian, trafficDocument, untilAdmin } from '../../bench/servers/meridian.mjs'
import { newFolder, startServer } from '../../bench/start.mjs'
import { makeCertificates } from '../faults/certificates.mjs'
import { startEtcd } from '../fleet/etcd.mjs'
import { startNode } from '../fleet/node.mjs'
import { freePort, until } from '../fleet/process.mjs'
import { secureAdmin } from './secure-admin.mjs'

const HOST = '127.0.0.1'
const SILENCE = '3s'
/** Whom the certificate of the proof is for; see certificates.mjs. */
const SERVER_NAME = 'api.test'

/**
 * @param words `workers`, and with 1 each `dgram`, `tls` and `fleet`
 * @returns `one`, the server; `call`, its API; `ways`, by name, how a connection to it is begun; `what` it is, in words; and
 *   `differing`, which resolves with what the other node has that it does not
 */
export async function startWorld({ workers, dgram, tls, fleet }, zone) {
  const folder = newFolder()
  const [secure, others] = [
    tls ? await overTls(folder) : undefined,
    fleet ? await startOthers(folder, zone) : undefined,
  ]
  const more = { ...(dgram ? { udp: 'dgram' } : {}), ...secure?.settings, ...others?.settings }
  const one = await startServer(meridian, { folder, zone, workers, more, cores: [0, 1], limitMs: 120_000 })
  const call = secure?.call(one.adminPort) ?? ((...words) => callAdmin(one, ...words))
  if (secure === undefined) await untilAdmin(one)
  else await until('the API listens', () => call('GET', '/status').then(Boolean, () => false))
  return {
    one,
    call,
    ways: { TCP: () => connect({ host: HOST, port: one.port }), ...secure?.ways },
    what: [dgram && ', by sockets of Node', tls && ', over TLS', fleet && ', in a fleet'].filter(Boolean).join(''),
    differing: () => others?.differing(),
    async stop() {
      await others?.stop()
      await one.stop()
    },
  }
}

/** DNS over TLS, and the API over HTTPS, with a certificate that an authority of the proof has signed. */
async function overTls(folder) {
  const ca = readFileSync(makeCertificates(folder))
  const port = await freePort()
  const files = { certificate: join(folder, 'good.crt'), key: join(folder, 'good.key') }
  const trust = { ca, servername: SERVER_NAME }
  return {
    settings: { tls: { listen: [`${HOST}:${port}`], ...files }, admin: { tls: files } },
    call: adminPort => secureAdmin(adminPort, trust),
    ways: { TLS: () => connectSecurely({ ...trust, host: HOST, port, ALPNProtocols: ['dot'] }) },
  }
}

/** Three members of etcd, and another node, which brings the document. */
async function startOthers(folder, zone) {
  const etcd = await startEtcd(folder)
  const node = await startNode(folder, 'ns2', etcd.urls)
  const { status, body } = await node.api('PUT', '/v1/traffic', trafficDocument(zone), 'restart')
  if (status !== 200) throw new Error(JSON.stringify(body))
  return {
    settings: { fleet: { node: 'ns1', silence: SILENCE, etcd: { endpoints: etcd.urls } } },
    async differing() {
      const { body } = await until('both nodes are here', async () => {
        const reply = await node.api('GET', '/v1/fleet')
        return reply.body.nodes.length === 2 && reply.body.agreed && reply
      }).catch(() => node.api('GET', '/v1/fleet'))
      return body.agreed && body.nodes.length === 2 ? undefined : body
    },
    async stop() {
      await node.close()
      await etcd.stop()
    },
  }
}
