// Two hundred regions whose balancers are one process here, and a node that probes them.
import { createServer } from 'node:http'
import { meridian, untilAdmin } from '../../bench/servers/meridian.mjs'
import { startServer } from '../../bench/start.mjs'
import { ZONE } from '../../bench/world.mjs'
import { freePort } from '../fleet/process.mjs'

const START_MS = 300_000

const addressOf = i => `127.1.${Math.floor(i / 100)}.${(i % 100) + 1}`

const documentOf = (count, port) => `
checks:
  api: { type: http, port: ${port}, path: /, interval: 1s, timeout: 900ms, fall: 1, rise: 1 }
regions:
${Array.from({ length: count }, (_, i) => `  r${i}: { location: [${-40 + ((i * 37) % 100)}, ${-120 + ((i * 53) % 260)}], addresses: [${addressOf(i)}], checks: [api] }`).join('\n')}
zones:
  ${ZONE}: { nameservers: [ns.example.net], records: { h0: { steer: nearest } } }
`

/** @returns the node, with `turn`, which breaks the next region and mends the last */
export async function startWorld(count) {
  const port = await freePort()
  let broken = -1
  const balancers = createServer(({ socket }, response) => {
    response.statusCode = broken >= 0 && socket.localAddress === addressOf(broken) ? 503 : 200
    response.end()
  })
  await new Promise(resolve => balancers.listen(port, '0.0.0.0', resolve))
  const node = await startServer(meridian, {
    zone: { statics: 0 },
    document: documentOf(count, port),
    workers: 1,
    limitMs: START_MS,
  })
  await untilAdmin(node)
  return {
    url: `http://127.0.0.1:${node.adminPort}`,
    turn() {
      broken = (broken + 1) % count
    },
    async stop() {
      await node.stop()
      balancers.closeAllConnections()
      await new Promise(resolve => balancers.close(resolve))
    },
  }
}
