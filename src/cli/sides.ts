// The listeners beside the admin API: each for callers that speak a protocol of their own, and there where the settings say so.
import { createAcmeDns } from '../control-plane/admin/acme-dns.js'
import { createBeacon } from '../control-plane/admin/beacon.js'
import { createExternalDns } from '../control-plane/admin/external-dns.js'
import type { Inheritance } from '../data-plane/workers.js'
import type { Log } from '../log.js'
import type { RunningNode } from '../node/node.js'
import type { Settings } from '../settings.js'
import type { Endpoint } from '../settings-endpoint.js'
import { type Listener, type Listening, listenAt } from './listen.js'

interface Side extends Listener {
  close(): Promise<unknown>
}

/** All of them listen when it resolves. @throws as the system does where one cannot; none listens then */
export async function openSides(
  { port, acme }: Pick<RunningNode, 'port' | 'acme'>,
  { beacon, acmeDns, externalDns }: Pick<Settings, 'beacon' | 'acmeDns' | 'externalDns'>,
  log: Log,
  inherited: Inheritance | undefined,
): Promise<{ readonly listening: readonly Listening[]; close(): Promise<void> }> {
  const listening: Listening[] = []
  const open: Side[] = []
  const close = async (): Promise<void> => {
    for (const side of open) await side.close()
  }
  const listen = async (what: string, at: Endpoint, side: Side): Promise<void> => {
    open.push(side)
    listening.push(await listenAt(side, what, at, inherited))
  }
  try {
    if (beacon !== undefined)
      await listen('beacon for browsers', beacon.listen, await createBeacon(port.latency, beacon, log))
    if (acmeDns !== undefined && acme !== undefined)
      await listen('acme-dns for ACME clients', acmeDns.listen, await createAcmeDns(acme, acmeDns, log, port.audit))
    for (const keeper of externalDns)
      await listen(
        `external-dns of ${keeper.owner}`,
        keeper.listen,
        await createExternalDns(port.store, keeper, log, port.audit),
      )
    return { listening, close }
  } catch (error) {
    await close()
    throw error
  }
}
