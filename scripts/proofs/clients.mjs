// What a probe costs by two clients of HTTP, each on a connection of its own: ours, that of Node, and undici's.
//   npm run build && node scripts/proofs/clients.mjs [probes]
// Rounds alternate, each in a process of its own, so that what else the machine does meets both. Printed is the processor time
// of a probe, µs, without that of the server. gRPC is not measured here: grpc-js is no dependency of this repository.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Client } from 'undici'

const ROUNDS = 5
const AT_ONCE = 20
const WARM_UP = 1000

const [first, second, third] = process.argv.slice(2)
if (first === '--one') await one(second, Number(third))
else await compare(first ?? '6000')

async function compare(probes) {
  const server = createServer((_, reply) => reply.end('ok')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const costs = { node: [], undici: [] }
  for (let round = 0; round < ROUNDS; round++)
    for (const client of Object.keys(costs)) costs[client].push(await costOf(client, server.address().port, probes))
  server.close()
  for (const [client, all] of Object.entries(costs))
    console.log(
      `${client.padEnd(6)} ${all.map(cost => cost.toFixed(0)).join(', ')} µs a probe; least ${Math.min(...all).toFixed(0)}`,
    )
  console.log(`undici / node ${(Math.min(...costs.undici) / Math.min(...costs.node)).toFixed(2)}`)
}

/** In a process of its own. @throws Error where a probe fails */
async function costOf(client, port, probes) {
  const env = { ...process.env, PROBES: probes }
  const words = [fileURLToPath(import.meta.url), '--one', client, String(port)]
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', bytes => (said += bytes))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the probes of ${client} failed`)
  return Number(said)
}

async function one(name, port) {
  const probe = name === 'undici' ? undiciProbe(port) : await ourProbe(port)
  const run = async count => {
    for (let i = 0; i < count; i += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, probe))
  }
  await run(WARM_UP)
  const probes = Number(process.env.PROBES)
  const before = process.cpuUsage()
  await run(probes)
  const { user, system } = process.cpuUsage(before)
  process.stdout.write(`${(user + system) / probes}\n`)
}

/** The check as the prober runs it. */
async function ourProbe(port) {
  const { http } = await import('../../dist/control-plane/health/http.js')
  const { newTrace } = await import('../../dist/control-plane/health/trace.js')
  const timing = { intervalMs: 10_000, timeoutMs: 4000, fall: 3, rise: 2 }
  const spec = {
    id: 'web',
    type: 'http',
    port,
    method: 'GET',
    path: '/',
    expect: [[200, 299]],
    verify: true,
    ...timing,
  }
  return () => http({ address: '127.0.0.1', spec }, new AbortController().signal, newTrace())
}

/** On a connection that we open, so that the address and the phases stay ours. */
function undiciProbe(port) {
  const open = (_, told) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    socket.once('connect', () => told(null, socket)).once('error', error => told(error, null))
  }
  return async () => {
    const client = new Client(`http://127.0.0.1:${port}`, { pipelining: 0, connect: open })
    const { signal } = new AbortController()
    const { statusCode, body } = await client.request({
      method: 'GET',
      path: '/',
      signal,
      headers: { 'user-agent': 'meridian' },
    })
    for await (const _ of body);
    await client.destroy()
    if (statusCode !== 200) throw new Error(`status ${statusCode}`)
  }
}
