// Clients that go on asking while somebody looks: half of them in the first network, the others elsewhere, some for what there is not.
import { ask, UdpClient } from './dns-client.js'
import type { Server } from './server.js'

export interface Traffic {
  stop(): Promise<void>
}

/** ms from one round to the next, and queries in each; it swells and ebbs, as traffic does. */
const ROUND_MS = 100
const FEWEST = 4
const SWELL = 6
const PERIOD_MS = 90_000

export async function startTraffic(server: Server, subnets: readonly string[]): Promise<Traffic> {
  const client = await UdpClient.open(server)
  let sent = 0
  const timer = setInterval(() => {
    const now = FEWEST + Math.round(SWELL * Math.sin((Math.PI * Date.now()) / PERIOD_MS) ** 2)
    for (let i = 0; i < now; i++) void client.ask(queryOf(sent++, subnets), 2000)
  }, ROUND_MS)
  return {
    async stop() {
      clearInterval(timer)
      client.close()
    },
  }
}

function queryOf(i: number, subnets: readonly string[]) {
  const subnet = subnets[i % 2 === 0 ? 0 : (i >> 1) % subnets.length]!
  if (i % 23 === 0) return ask('nothing.example.com', 'A', subnet)
  return ask('api.example.com', i % 11 === 0 ? 'AAAA' : 'A', subnet)
}

/** Of the whole world, the same each time. */
export const networks = (): readonly string[] =>
  Array.from(
    { length: 300 },
    (_, i) => `${[133, 24, 62, 81, 103, 177, 196, 200, 41, 49][i % 10]}.${(i * 37) % 220}.0.0/24`,
  )
