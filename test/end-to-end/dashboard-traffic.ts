// Clients that go on asking while somebody looks: most of them in Tokyo, the others elsewhere, and some for what there is not.
import { ask, UdpClient } from './dns-client.js'
import { CLIENTS } from './example.js'
import type { Server } from './server.js'

export interface Traffic {
  stop(): Promise<void>
}

/** ms from one round to the next, and queries in each; it swells and ebbs, as traffic does. */
const ROUND_MS = 100
const FEWEST = 4
const SWELL = 6
const PERIOD_MS = 90_000

export async function startTraffic(server: Server): Promise<Traffic> {
  const client = await UdpClient.open(server)
  let sent = 0
  const timer = setInterval(() => {
    const now = FEWEST + Math.round(SWELL * Math.sin((Math.PI * Date.now()) / PERIOD_MS) ** 2)
    for (let i = 0; i < now; i++) void client.ask(queryOf(sent++), 2000)
  }, ROUND_MS)
  return {
    async stop() {
      clearInterval(timer)
      client.close()
    },
  }
}

function queryOf(i: number) {
  const [subnet] = CLIENTS[i % 2 === 0 ? 0 : (i >> 1) % CLIENTS.length]!
  if (i % 23 === 0) return ask('nothing.example.com', 'A')
  return ask('api.example.com', i % 11 === 0 ? 'AAAA' : 'A', subnet.replace(/\.\d+\.0\/24$/, `.${(i >> 3) % 200}.0/24`))
}
