// Regions that are always there: HTTP servers in a process of their own, so that a proof that is busy takes none of them down.
// Words: the port, and the addresses.
import { createServer } from 'node:http'

const [port, ...addresses] = process.argv.slice(2)
for (const address of addresses) {
  const server = createServer((_, response) => response.end('ok')).listen(Number(port), address)
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
}
console.log('listening')
