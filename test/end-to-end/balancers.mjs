// Regional load balancers that are always well, on every address of this machine: node balancers.mjs PORT
import { createServer } from 'node:http'

const server = createServer((_, response) => response.end('well\n'))
server.listen(Number(process.argv[2]), '0.0.0.0', () => process.stdout.write('listening\n'))
