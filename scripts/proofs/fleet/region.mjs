// A region: an HTTP server that is not there for some of those who ask, by the address that they come from.
import { createServer } from 'node:http'

export async function startRegion(address, port = 0) {
  const blocked = new Set()
  const server = createServer((_, response) => response.end('ok'))
  server.on('connection', socket => {
    if (blocked.has(socket.remoteAddress)) socket.destroy()
  })
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, address, resolve))
  return {
    address,
    port: server.address().port,
    block: source => blocked.add(source),
    unblock: source => blocked.delete(source),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
