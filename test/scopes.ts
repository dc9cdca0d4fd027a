// What tests of scopes share: networks that lie close to each other, and the claim that an answer holds for all of its scope.
import fc from 'fast-check'
import { formatAddress, parsePrefix, truncate } from '../src/dns/address.js'
import { type Decoded, subnetOf, type World } from './world.js'

/** @param size of an address, bytes */
export const nearbyPrefix = (size: 4 | 16): fc.Arbitrary<string> =>
  fc
    .tuple(fc.uint8Array({ minLength: size, maxLength: size }), fc.integer({ min: 4, max: size === 4 ? 30 : 64 }))
    // Close to each other, so that networks have neighbours; and never private.
    .map(([bytes, length]) => {
      const near = bytes.map((byte, i) => (i === 0 ? 0x24 : i === 1 ? byte & 3 : byte))
      return `${formatAddress(truncate(near, length))}/${length}`
    })

/**
 * Asks for an address of the network and then for others within the scope that came back.
 * @param bytes what the others have beyond the scope @param tries how many others
 * @throws Error where one of them gets another answer, or another TTL
 */
export function holdsForItsScope(
  world: World,
  name: string,
  network: string,
  bytes: Iterator<number>,
  tries: number,
): void {
  const { bytes: base } = parsePrefix(network)!
  const ask = (address: Uint8Array): { told: string; scope: number } => {
    const response = world.ask(name, 'A', { subnet: `${formatAddress(address)}/${base.length * 8}` })
    return {
      told: response.answers.map(({ data, ttl }: Decoded) => `${data} ${ttl}`).join(),
      scope: subnetOf(response)!.scope,
    }
  }
  const { told, scope } = ask(base)
  const kept = truncate(base, scope)
  for (let i = 0; i < tries; i++) {
    const other = base.map((_, at) => {
      const fixed = Math.min(8, Math.max(0, scope - at * 8))
      return kept[at]! | (bytes.next().value & (0xff >> fixed))
    })
    const again = ask(other)
    if (again.told !== told)
      throw new Error(
        `${name}: ${formatAddress(base)} gets ${told} with scope ${scope}, but ${formatAddress(other)} gets ${again.told}`,
      )
  }
}
