// A world that programs can ask at one port of 127.0.0.1, by UDP and TCP.
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { freePort } from '../end-to-end/ports.js'
import type { World } from '../world.js'

export interface Served {
  readonly port: number
  close(): void
}

export async function serveWorld(world: World): Promise<Served> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { address, port }) => {
    const answer = world.respond(new Uint8Array(query), { source: address })
    if (answer.length > 0) socket.send(answer, port, address)
  })
  const listener = createServer(connection => {
    let got = Buffer.alloc(0)
    connection.on('error', () => connection.destroy())
    connection.on('data', bytes => {
      got = Buffer.concat([got, bytes])
      while (got.length >= 2 && got.length >= 2 + got.readUInt16BE(0)) {
        const answer = world.respond(new Uint8Array(got.subarray(2, 2 + got.readUInt16BE(0))), {
          ...{ source: connection.remoteAddress!, tcp: true },
        })
        got = got.subarray(2 + got.readUInt16BE(0))
        connection.write(Buffer.concat([Uint8Array.of(answer.length >> 8, answer.length & 255), answer]))
      }
    })
  })
  const port = await freePort()
  await new Promise<void>(resolve => socket.bind(port, '127.0.0.1', resolve))
  await new Promise<void>(resolve => listener.listen(port, '127.0.0.1', resolve))
  return {
    port,
    close() {
      socket.close()
      listener.close()
    },
  }
}
