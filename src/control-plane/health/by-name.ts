// A check of a host name: the system's resolver is asked anew for every probe, so that a load balancer may move.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

/** More addresses than any load balancer has. */
const MOST_ADDRESSES = 16

export type Lookup = (name: string) => Promise<readonly string[]>

export const bySystem: Lookup = async name => {
  // Without its final dot, with which it would not be found in the machine's table of hosts.
  const found = await lookup(name.replace(/\.$/, ''), { all: true })
  return found.map(({ address }) => address)
}

export const isHostName = (target: string): boolean => isIP(target) === 0

/**
 * Passes when the probe of any of the name's addresses does, as a region is up while any of its addresses is. All are probed
 * at once, since a black hole among them must not eat the time of the others.
 */
export async function probeByName(
  name: string,
  probe: (address: string, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  look: Lookup = bySystem,
): Promise<void> {
  const addresses = await resolve(name, look)
  // Once one has passed, the others are of no interest.
  const enough = new AbortController()
  const either = AbortSignal.any([signal, enough.signal])
  try {
    await Promise.any(addresses.map(address => probe(address, either)))
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error
    const causes = error.errors.map(
      (each, i) => `${addresses[i]}: ${each instanceof Error ? each.message : String(each)}`,
    )
    throw new Error(causes.join('; '), { cause: error })
  } finally {
    enough.abort(new Error('another address has passed'))
  }
}

async function resolve(name: string, look: Lookup): Promise<readonly string[]> {
  const addresses = await look(name).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${name} cannot be resolved (${error.code ?? error.message})`, { cause: error })
  })
  if (addresses.length === 0) throw new Error(`${name} has no address`)
  return [...new Set(addresses)].slice(0, MOST_ADDRESSES)
}
