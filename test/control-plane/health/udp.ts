// A UDP server on loopback for the tests of this folder; it ends with the test that opened it.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** Answers each datagram with what `reply` makes of it. */
export async function udpPort(reply: (bytes: Buffer, from: string) => Buffer): Promise<number> {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, { port, address }) => socket.send(reply(bytes, address), port, address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return socket.address().port
}
