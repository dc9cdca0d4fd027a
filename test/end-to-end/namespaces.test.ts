import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WANTED_BUFFER } from '../../src/data-plane/batch-socket.js'
import { decodeMessage, encodeQuery, type Message } from '../../src/dns/message.js'
import { OPTION, RCODE } from '../../src/dns/numbers.js'
import { addressesOf, ask } from './dns-client.js'
import { EXAMPLE } from './example.js'
import { Cable, ip, runIn } from './namespaces.js'
import { UDP } from './program.js'
import { Server } from './server.js'

const LONG = Array.from({ length: 5 }, (_, i) => `{ type: TXT, data: '"${i}${'x'.repeat(200)}"' }`)
const TRAFFIC = `${EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '')}
      long: [ ${LONG.join(', ')} ]
      middling: [ ${LONG.slice(0, 3).join(', ')} ]
`
const MAIL = '192.0.2.25'
const CONNECTED = fileURLToPath(new URL('connected.mjs', import.meta.url))

const SERVERS = ['10.77.0.1', '10.77.0.2', 'fd77::1', 'fd77::2']
/** The client's own address in the networks of the server, and one that is reached by a second route. */
const [CLIENT_4, CLIENT_6] = ['10.77.0.9', 'fd77::9']
const [FAR_4, FAR_6] = ['10.88.0.9', 'fd88::9']
/** One to which the server's system sends nothing. */
const FORBIDDEN = '10.88.0.7'
/** An address of the server that only its loopback interface has, as anycast addresses are set up. */
const [ANYCAST_4, ANYCAST_6] = ['10.99.0.53', 'fd99::53']

/** Nobody may have more of a receive buffer than the system gives to everybody. */
const WITHOUT_FORCE = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin']

const length = (address: string, v4: number, v6: number): string => `${address}/${address.includes(':') ? v6 : v4}`

/** Answers that leave together, and memory for packets that is asked of the kernel: dgram has neither. */
const IN_BATCHES = UDP !== 'dgram'

// Where namespaces cannot be had, CI fails with the reason, and elsewhere the log of the run has it.
const unavailable = await Cable.unavailable()
const CI = process.env['CI'] === 'true'

test.runIf(CI || unavailable === undefined)('network namespaces can be made here', () => {
  expect(unavailable).toBeUndefined()
})

describe.runIf(unavailable === undefined)('a server on 0.0.0.0:53 and [::]:53 in a namespace of its own', () => {
  let cable: Cable
  let server: Server

  beforeAll(async () => {
    cable = await Cable.lay(
      SERVERS.map(address => length(address, 24, 64)),
      [CLIENT_4, CLIENT_6].map(address => length(address, 24, 64)),
    )
    await furnish(cable)
    server = await Server.start({
      traffic: TRAFFIC,
      settings: () => 'listen: ["0.0.0.0:53", "[::]:53"]\nworkers: 2',
      within: [...cable.server.enter, ...WITHOUT_FORCE],
    })
  })

  afterAll(async () => {
    await server?.close()
    await cable?.remove()
  })

  const query = encodeQuery({ ...ask('mail.example.com', 'A'), id: 4711 })
  const sendAtOnce = async (
    host: string,
    query: Uint8Array,
    times: number,
    source = '',
  ): Promise<readonly Message[]> => {
    const words = [CONNECTED, host, '53', Buffer.from(query).toString('hex'), source, String(times)]
    const { code, stdout, stderr } = await runIn(cable.client, process.execPath, ...words)
    expect([code, stderr]).toEqual([0, ''])
    return stdout
      .trim()
      .split('\n')
      .map(line => decodeMessage(Buffer.from(line, 'hex')))
  }
  const send = async (host: string, query: Uint8Array, source?: string): Promise<Message> =>
    (await sendAtOnce(host, query, 1, source))[0]!
  const connected = async (host: string, source?: string): Promise<readonly string[]> =>
    addressesOf(await send(host, query, source))
  const dig = async (host: string, ...args: readonly string[]): Promise<string> => {
    const { stdout } = await runIn(cable.client, 'dig', `@${host}`, '+tries=1', '+time=3', 'mail.example.com', ...args)
    return stdout
  }
  /** What the server's side has counted of fragments (RFC 1213 §6, the group of IP). */
  const counted = async (name: 'FragCreates' | 'ReasmOKs'): Promise<number> => {
    const { stdout } = await runIn(cable.server, 'cat', '/proc/net/snmp')
    const [names = [], values = []] = [...stdout.matchAll(/^Ip: (.*)$/gm)].map(([, words]) => words!.split(' '))
    return Number(values[names.indexOf(name)])
  }

  describe.each([...SERVERS, ANYCAST_4, ANYCAST_6])('asked at %s', host => {
    test('a connected socket gets its answer, since it leaves from there', async () => {
      // More often than there are threads, so that each of them has its turn.
      for (let i = 0; i < 6; i++) expect(await connected(host)).toEqual([MAIL])
    })

    test.each(['+notcp', '+tcp'])('dig %s gets it from there, too', async transport => {
      const printed = await dig(host, transport)
      expect(printed).toContain(MAIL)
      expect(printed).toContain(`SERVER: ${host}#53`)
      expect(printed).not.toContain('reply from unexpected source')
    })

    test('a client behind the second route gets it, too', async () => {
      const source = host.includes(':') ? FAR_6 : FAR_4
      expect(await connected(host, source)).toEqual([MAIL])
      expect(await dig(host, '-b', source)).toContain(MAIL)
      expect(await dig(host, '-b', source, '+tcp')).toContain(MAIL)
    })
  })

  const metric = async (name: string): Promise<number> => {
    const { stdout } = await runIn(cable.server, 'curl', '-s', `${server.admin}/metrics`)
    return Number(new RegExp(`^meridian_${name} (\\d+)$`, 'm').exec(stdout)?.[1])
  }
  /** Asks so often at once that some answers lie side by side, until they have been counted. */
  const untilCounted = async (name: string, host: string, query: Uint8Array, answers: number): Promise<void> => {
    const counts = async (): Promise<number> => {
      const replies = await sendAtOnce(host, query, 40)
      expect(replies.map(reply => reply.answers.length)).toEqual(Array.from({ length: 40 }, () => answers))
      return metric(name)
    }
    await expect.poll(counts, { timeout: 60_000 }).toBeGreaterThan(0)
  }

  test.runIf(IN_BATCHES).each(SERVERS.slice(1, 3))(
    'many answers of %s to one socket go together over the cable, and all arrive',
    async host => {
      await untilCounted('udp_answers_together_total', host, query, 1)
    },
  )

  describe('over a cable that takes 600 bytes at a time', () => {
    const [host] = SERVERS as [string]
    beforeAll(async () => {
      for (const { name } of [cable.server, cable.client]) await ip('-n', name, 'link', 'set', 'eth0', 'mtu', '600')
    })

    test('an answer of more than a thousand bytes comes, in pieces', async () => {
      const before = await counted('FragCreates')
      const { answers, truncated } = await send(host, encodeQuery({ ...ask('long.example.com', 'TXT'), id: 4711 }))
      expect([answers.length, truncated]).toEqual([LONG.length, false])
      expect(await counted('FragCreates')).toBeGreaterThan(before)
    })

    test.runIf(IN_BATCHES)('several answers that are each too long for the cable are sent one by one', async () => {
      await untilCounted(
        'udp_together_refused_total',
        host,
        encodeQuery({ ...ask('middling.example.com', 'TXT'), id: 4711 }),
        3,
      )
    })

    test('so does a query, and is answered', async () => {
      const before = await counted('ReasmOKs')
      expect(addressesOf(await send(host, padded(query, 1800)))).toEqual([MAIL])
      expect(await counted('ReasmOKs')).toBeGreaterThan(before)
    })

    test.runIf(IN_BATCHES)(
      'one that is longer than any query gets FORMERR, and those after it are answered',
      async () => {
        expect((await send(host, padded(query, 60_000))).rcode).toBe(RCODE.FORMERR)
        for (let i = 0; i < 4; i++) expect(await connected(host)).toEqual([MAIL])
      },
    )
  })

  test.runIf(IN_BATCHES)('the log says by how much the receive buffer is too small, where the kernel caps it', () => {
    const most = Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'))
    const warned = server.program.stdout.includes(`a UDP receive buffer of ${most} bytes, ${WANTED_BUFFER} are wanted`)
    expect(warned).toBe(most < WANTED_BUFFER)
  })

  const socketErrors = (): Promise<number> => metric('socket_errors_total')

  test('no socket error has been counted', async () => {
    expect(await socketErrors()).toBe(0)
  })

  test('an answer that the system refuses to send is counted, and those to others go on leaving', async () => {
    await ip('-n', cable.client.name, 'address', 'add', `${FORBIDDEN}/32`, 'dev', 'lo')
    // The query is to come in all the same (RFC 3704 §2.2 has it dropped).
    const filters = '/proc/sys/net/ipv4/conf/all/rp_filter /proc/sys/net/ipv4/conf/eth0/rp_filter'
    await runIn(cable.server, 'sh', '-c', `echo 0 | tee ${filters}`)
    await ip('-n', cable.server.name, 'route', 'add', 'prohibit', FORBIDDEN)
    const [host] = SERVERS as [string]
    expect(await dig(host, '-b', FORBIDDEN, '+time=1')).not.toContain(MAIL)
    expect(await socketErrors()).toBe(1)
    for (let i = 0; i < 6; i++) expect(await connected(host)).toEqual([MAIL])
    expect(server.program.stdout).not.toContain('thread died')
  })
})

/** The query with so many bytes of padding in its OPT record, which is the last and has no options. */
function padded(query: Uint8Array, bytes: number): Uint8Array {
  const result = new Uint8Array(query.length + 4 + bytes)
  result.set(query)
  const view = new DataView(result.buffer)
  view.setUint16(query.length - 2, 4 + bytes)
  view.setUint16(query.length, OPTION.PADDING)
  view.setUint16(query.length + 2, bytes)
  return result
}

/** What the cable alone does not have: the client's far addresses and the way to them, and the server's anycast addresses. */
async function furnish({ server, client }: Cable): Promise<void> {
  for (const address of [FAR_4, FAR_6])
    await ip('-n', client.name, 'address', 'add', length(address, 32, 128), 'dev', 'lo')
  for (const address of [ANYCAST_4, ANYCAST_6])
    await ip('-n', server.name, 'address', 'add', length(address, 32, 128), 'dev', 'lo')
  // The answer to a far client would, by this route's own word, leave from the first address of the server.
  await ip('-n', server.name, 'route', 'add', FAR_4, 'via', CLIENT_4, 'src', SERVERS[0]!)
  await ip('-n', server.name, '-6', 'route', 'add', FAR_6, 'via', CLIENT_6, 'src', SERVERS[2]!)
  await ip('-n', client.name, 'route', 'add', ANYCAST_4, 'via', SERVERS[1]!)
  await ip('-n', client.name, '-6', 'route', 'add', ANYCAST_6, 'via', SERVERS[3]!)
}
