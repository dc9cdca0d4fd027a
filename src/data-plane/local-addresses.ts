// The addresses that this machine has now.
import { networkInterfaces } from 'node:os'

/**
 * Those that a wildcard of their family stands for and that can be listened on by themselves. Link-local addresses of IPv6, which
 * need an interface beside them, are left out: no zone is delegated to them.
 */
export function localAddresses(wildcard: string): readonly string[] {
  const family = wildcard.includes(':') ? 'IPv6' : 'IPv4'
  const all = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  const own = all.filter(one => one.family === family && !(one.family === 'IPv6' && one.scopeid !== 0))
  return [...new Set(own.map(({ address }) => address))]
}
