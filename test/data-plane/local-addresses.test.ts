import { createSocket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { localAddresses } from '../../src/data-plane/local-addresses.js'

test.each([
  ['0.0.0.0', 'udp4', '127.0.0.1'],
  ['::', 'udp6', '::1'],
] as const)('what %s stands for can be listened on one by one, %s, and %s is among it', async (wildcard, type, own) => {
  const addresses = localAddresses(wildcard)
  for (const address of addresses) {
    const socket = createSocket({ type, ipv6Only: type === 'udp6' })
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind({ address, port: 0, exclusive: true }, resolve)
    })
    expect(socket.address().address).toBe(address)
    socket.close()
  }
  expect(addresses).toContain(own)
  expect(new Set(addresses).size).toBe(addresses.length)
})

test('nothing that an interface has is left out but link-local addresses', () => {
  const all = Object.values(networkInterfaces()).flatMap(list => list?.map(({ address }) => address) ?? [])
  const left = all.filter(address => ![...localAddresses('0.0.0.0'), ...localAddresses('::')].includes(address))
  for (const address of left) expect(address).toMatch(/^fe80:/)
})
