// Listeners of HTTP: each at its endpoint, or with the socket that the process before has left for it.
import type { Server } from 'node:net'
import { descriptorOf } from '../data-plane/descriptor.js'
import type { Inheritance } from '../data-plane/workers.js'
import type { Endpoint } from '../settings-endpoint.js'

export interface Listener {
  readonly server: object
  listen(options: {
    host: string
    port: number
    fd?: number
    listenTextResolver: (address: string) => string
  }): Promise<string>
}

/** A listener that listens: its name, as processes hand it on by, and the number of its socket. */
export type Listening = readonly [name: string, fds: readonly number[]]

/** @param what it is called in the log @throws as the system does where it cannot */
export async function listenAt(
  listener: Listener,
  what: string,
  { host, port }: Endpoint,
  inherited: Inheritance | undefined,
): Promise<Listening> {
  const name = `${what} ${host} port ${port}`
  const fd = inherited?.get(name)?.[0]
  const place = fd === undefined ? { host, port } : { host, port, fd }
  await listener.listen({ ...place, listenTextResolver: address => `${what} on ${address}` })
  const own = descriptorOf(listener.server as Server) // it listens
  return [name, own === undefined ? [] : [own]]
}
