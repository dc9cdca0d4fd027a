import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localAddresses } from '../../src/data-plane/local-addresses.js'
import { encodeQuery, type Message } from '../../src/dns/message.js'
import { addressesOf, ask, askByTcp, framed, scopeOf, TcpClient, UdpClient } from './dns-client.js'
import { CLIENTS, EXAMPLE } from './example.js'
import { run } from './program.js'
import { Server } from './server.js'

// Nothing is probed: this is about packets.
const LONG = Array.from({ length: 20 }, (_, i) => `        - { type: TXT, data: '"${i} ${'x'.repeat(180)}"' }`).join(
  '\n',
)
const TRAFFIC = `${EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '')}
      long:
${LONG}
`

async function askByUdp(host: string, port: number, query: Parameters<UdpClient['ask']>[0]): Promise<Message> {
  const client = await UdpClient.open({ host, port })
  const answer = await client.ask(query)
  client.close()
  return answer! // its absence fails the test as well as any expectation would
}

interface Listener {
  readonly transport: string
  readonly by: string
  readonly workers: number
}

/** That `[::]` and `0.0.0.0` stand for. */
const OWN = localAddresses('0.0.0.0')

const listeners = async (server: Server): Promise<readonly Listener[]> =>
  (await server.api('GET', '/v1/status')).body.listeners

describe.each([
  ['batch', 1],
  ['batch', 2],
  ['dgram', 1],
] as const)('UDP by %s, with %d thread(s)', (udp, workers) => {
  let server: Server
  beforeAll(async () => {
    server = await Server.start({
      traffic: TRAFFIC,
      settings: port => `listen: ["0.0.0.0:${port}", "[::1]:${port}"]\nudp: ${udp}\nworkers: ${workers}`,
    })
  })
  afterAll(() => server?.close())

  // Node's dgram cannot choose the address that an answer leaves from, and so has a socket at each.
  const addresses = [...(udp === 'batch' ? ['0.0.0.0'] : OWN), '::1']

  test('the listeners are what was asked for', async () => {
    const by = server.program.stdout.match(/DNS over udp on [^"]+/g)
    expect(by).toEqual(addresses.map(address => `DNS over udp on ${address} port ${server.port} (${udp})`))
  })

  test('the status says by what UDP is moved, and by how many threads', async () => {
    const own = (await listeners(server)).filter(({ transport }) => transport === 'udp')
    expect(own.map(({ by, workers: threads }) => [by, threads])).toEqual(addresses.map(() => [udp, workers]))
  })

  test.each(CLIENTS)('a client in %s (%s) gets region %d over both families', async (subnet, _, region) => {
    for (const host of ['127.0.0.1', '::1']) {
      const answer = await askByUdp(host, server.port, ask('api.example.com', 'A', subnet))
      expect(addressesOf(answer)).toEqual([`127.0.1.${region}`])
      expect(scopeOf(answer)).toBeGreaterThan(0)
    }
  })

  // A connected socket takes datagrams from nobody but the address that it asked. Those of the loopback network that no interface
  // has by name are the wildcard's alone.
  const others = udp === 'batch' ? ['127.0.0.9', '127.0.0.10', '127.255.1.2'] : []
  test.each([...OWN, ...others])('on 0.0.0.0 a query to %s is answered from there', async host => {
    const answer = await askByUdp(host, server.port, ask('mail.example.com', 'A'))
    expect(addressesOf(answer)).toEqual(['192.0.2.25'])
  })

  test('the log says where sockets of single addresses take the place of 0.0.0.0', () => {
    const told = `on each address of this machine in place of 0.0.0.0: ${OWN.join(', ')};`
    expect(server.program.stdout.includes(told)).toBe(udp === 'dgram')
  })

  test('dig hears over IPv6 what it hears over IPv4', async () => {
    const short = (at: string) => run('dig', [at, '-p', String(server.port), '+short', 'www.example.com', 'A'])
    const [four, six] = await Promise.all([short('@127.0.0.1'), short('@::1')])
    expect(six.stdout).toBe(four.stdout)
    expect(four.stdout).toContain('api.example.com.')
  })

  test('many clients at once are all answered', async () => {
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => UdpClient.open({ host: '127.0.0.1', port: server.port })),
    )
    const answers = await Promise.all(
      clients.flatMap(client =>
        Array.from({ length: 100 }, (_, i) => client.ask(ask('api.example.com', 'A', CLIENTS[i % 5]![0]))),
      ),
    )
    answers.forEach((answer, i) => {
      expect(answer && addressesOf(answer)).toEqual([`127.0.1.${CLIENTS[i % 5]![2]}`])
    })
    for (const client of clients) client.close()
  })

  test('what is no query is not answered, and the query behind it is', async () => {
    const client = await UdpClient.open({ host: '127.0.0.1', port: server.port })
    const response = Uint8Array.from(encodeQuery({ ...ask('api.example.com', 'A'), id: 9999 }))
    response[2]! |= 0x80
    for (const bytes of [Uint8Array.of(1), new Uint8Array(11), response, new Uint8Array(0)]) client.send(bytes)
    expect(await client.ask(ask('api.example.com', 'A'))).toBeDefined()
    expect(client.unexpected).toBe(0)
    client.close()
  })

  test('an answer that is too long for UDP says so, and comes whole over TCP', async () => {
    const at = { host: '127.0.0.1', port: server.port }
    const short = await askByUdp(at.host, at.port, ask('long.example.com', 'TXT'))
    expect([short.truncated, short.answers.length]).toEqual([true, 0])
    const whole = await askByTcp(at, ask('long.example.com', 'TXT'))
    expect([whole?.truncated, whole?.answers.length]).toEqual([false, 20])
    // dig comes back over TCP by itself.
    const dig = await run('dig', ['@127.0.0.1', '-p', String(server.port), '+short', 'long.example.com', 'TXT'])
    expect(dig.stdout.split('\n').filter(line => line.startsWith('"'))).toHaveLength(20)
  })
})

describe('TCP', () => {
  let server: Server
  beforeAll(async () => {
    server = await Server.start({ traffic: TRAFFIC })
  })
  afterAll(() => server?.close())

  test('queries that come in one write are answered in their order', async () => {
    const client = await TcpClient.open(server)
    const subnets = Array.from({ length: 200 }, (_, i) => CLIENTS[i % 5]!)
    client.send(...subnets.map(([subnet], id) => ({ ...ask('api.example.com', 'A', subnet), id })))
    for (const [id, [, , region]] of subnets.entries()) {
      const answer = await client.next()
      expect([answer?.id, answer && addressesOf(answer)]).toEqual([id, [`127.0.1.${region}`]])
    }
    client.close()
  })

  test('a query that comes byte by byte is answered', async () => {
    const client = await TcpClient.open(server)
    for (const byte of framed(encodeQuery({ ...ask('api.example.com', 'A'), id: 7 })))
      client.socket.write(Uint8Array.of(byte))
    expect((await client.next())?.id).toBe(7)
    client.close()
  })

  test('a client that has said all that it has to say still gets its answers, and then the end', async () => {
    const client = await TcpClient.open(server)
    client.send({ ...ask('long.example.com', 'TXT'), id: 1 }, { ...ask('api.example.com', 'A'), id: 2 })
    client.socket.end()
    expect([(await client.next())?.id, (await client.next())?.id]).toEqual([1, 2])
    expect(await client.next()).toBeUndefined()
    await client.closed
  })

  test.each([
    ['an empty message', Buffer.from([0, 0])],
    ['a message shorter than a header', Buffer.from([0, 3, 1, 2, 3])],
    ['a response', framed(encodeQuery(ask('api.example.com', 'A')).map((byte, i) => (i === 2 ? byte | 0x80 : byte)))],
  ])('%s ends the connection without an answer', async (_, bytes) => {
    const client = await TcpClient.open(server)
    client.socket.write(bytes)
    expect(await client.next()).toBeUndefined()
    await client.closed
  })

  test('an HTTP request on the port of DNS gets nothing, and harms nobody', async () => {
    const client = await TcpClient.open(server)
    client.socket.end('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n')
    expect(await client.next()).toBeUndefined()
    await client.closed
    expect(await askByTcp(server, ask('api.example.com', 'A'))).toBeDefined()
  })

  test('one address may hold 100 connections; the one above is closed, and the 100 are served', async () => {
    const clients = await Promise.all(Array.from({ length: 100 }, () => TcpClient.open(server)))
    const above = await TcpClient.open(server)
    await above.closed
    for (const client of clients) client.send(ask('api.example.com', 'A', '133.11.0.0/24'))
    const answers = await Promise.all(clients.map(client => client.next()))
    for (const answer of answers) expect(answer && addressesOf(answer)).toEqual(['127.0.1.4'])
    for (const client of clients) client.close()
  })

  test('connection after connection is served', async () => {
    for (let i = 0; i < 300; i++) {
      const answer = await askByTcp(server, ask('api.example.com', 'A', '130.149.7.0/24'))
      expect(answer && addressesOf(answer)).toEqual(['127.0.1.3'])
    }
  })
})

describe('where koffi has no binary, here because Node may load none', () => {
  const within = ['env', 'NODE_OPTIONS=--no-addons']

  test('dgram serves UDP, and the log and the status say so', async () => {
    const server = await Server.start({ traffic: TRAFFIC, settings: () => 'udp: auto', within })
    try {
      const answer = await askByUdp(server.host, server.port, ask('mail.example.com', 'A'))
      expect(addressesOf(answer)).toEqual(['192.0.2.25'])
      expect(server.program.stdout).toContain('batched UDP cannot be had (koffi cannot be loaded')
      expect((await listeners(server)).map(({ by }) => by)).toEqual(['dgram', 'net'])
    } finally {
      await server.close()
    }
  })

  test('a server that must have batches says why it cannot, and does not start', async () => {
    const start = Server.start({ traffic: TRAFFIC, settings: () => 'udp: batch', within })
    await expect(start).rejects.toThrow('batched UDP cannot be had: koffi cannot be loaded')
  })
})
