// The admin API of a node that runs, and the listeners beside it.
import type { AddressInfo } from 'node:net'
import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import type { Server as TlsServer } from 'node:tls'
import { ClientDoor } from '../control-plane/admin/client-door.js'
import { createAdminServer } from '../control-plane/admin/server.js'
import type { Inheritance } from '../data-plane/workers.js'
import type { Log } from '../log.js'
import { readCertificate, watchCertificate } from '../node/certificate-watch.js'
import type { RunningNode } from '../node/node.js'
import type { Settings } from '../settings.js'
import { type Listening, listenAt } from './listen.js'
import { openSides } from './sides.js'
import { ensureToken } from './token.js'

export interface OpenApi {
  /** Where it is: `http://127.0.0.1:8053` */
  readonly url: string
  /** The API first. */
  readonly listening: readonly Listening[]
  /**
   * Resolves when whoever is connected has been answered.
   * @param lastMs for how long those who keep a connection may ask once more on it; the answer says that it is the last
   */
  close(lastMs?: number): Promise<void>
}

/** All of them listen when it resolves. @throws Error with a sentence for people, or the system's; none listens then */
export async function openApi(
  node: RunningNode,
  settings: Settings,
  log: Log,
  inherited: Inheritance | undefined,
): Promise<OpenApi> {
  const { listen, tokenFile } = settings.admin
  const { token, source } = await ensureToken(settings.stateDirectory, tokenFile)
  log.info(`the admin token is in ${source}`)
  const { server, unwatch } = await adminServer(node, settings.admin, token, log)
  try {
    const own = await listenAt(server, 'admin API', listen, inherited)
    const sides = await openSides(node, settings, log, inherited)
    return {
      url: urlOf(server, settings.admin.tls === undefined ? 'http' : 'https'),
      listening: [own, ...sides.listening],
      async close(lastMs = 0) {
        server.server.maxRequestsPerSocket = 1
        await pause(lastMs)
        unwatch()
        await sides.close()
        // What has come by now is read: it would be lost with a connection that is taken to be idle.
        await setImmediate()
        await server.close()
      },
    }
  } catch (error) {
    unwatch()
    await server.close()
    throw error
  }
}

type AdminServer = Awaited<ReturnType<typeof createAdminServer>>

/** It does not listen yet. `unwatch`: renewed certificates are not looked for any more. */
async function adminServer(
  { port }: RunningNode,
  { tls, oidc, clientCertificates, changesPerMinute }: Settings['admin'],
  token: string,
  logger: Log,
): Promise<{ readonly server: AdminServer; readonly unwatch: () => void }> {
  const own = { token, logger, limits: { changesPerMinute }, ...(oidc === undefined ? {} : { oidc }) }
  if (tls === undefined) return { server: await createAdminServer(port, own), unwatch: () => undefined }
  const files = { ...tls, authorities: clientCertificates?.authorities, revoked: clientCertificates?.revoked }
  const pair = await readCertificate(files)
  const clients =
    clientCertificates && pair.ca && new ClientDoor({ ...clientCertificates, authorities: pair.ca, revoked: pair.crl })
  const server = await createAdminServer(port, {
    ...own,
    ...(clients === undefined ? {} : { clients }),
    tls: { certificate: pair.cert, key: pair.key },
  })
  // With a certificate it is made as one of TLS, whatever its type says.
  const renewable = server.server as unknown as TlsServer
  return { server, unwatch: watchCertificate(renewable, files, pair, logger, () => clients?.renewed()) }
}

function urlOf({ server }: AdminServer, scheme: 'http' | 'https'): string {
  const { address, port } = server.address() as AddressInfo // it listens on an address, not on a pipe
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`
}
