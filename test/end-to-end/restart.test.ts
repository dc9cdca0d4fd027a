import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeMessage, encodeQuery } from '../../src/dns/message.js'
import { addressesOf, ask } from './dns-client.js'
import { EXAMPLE, smallDatabase } from './example.js'
import { freePort } from './ports.js'
import { isAlive, meridian, Program } from './program.js'
import { broken, prove } from './proof.js'
import { Server, until } from './server.js'

const TRAFFIC = EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '')
const MAIL = ['192.0.2.25']
const UNIT = new URL('../../deploy/systemd/meridian.service', import.meta.url)
/** A supervisor as sd_notify(3) has it: prints what it is told at its socket. */
const SUPERVISOR =
  '$| = 1; my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die; print "here\\n"; while (defined $s->recv(my $m, 4096)) { print "$m\\n" }'

describe('a process that is told to make way', () => {
  let server: Server
  let folder: string
  let supervisor: Program
  let reload: string
  /** The one that answers now; a test of this file ends each that it has started. */
  let pid: number

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meridian-supervisor-'))
    const socket = join(folder, 'notify')
    supervisor = new Program('perl', ['-MIO::Socket::UNIX', '-e', SUPERVISOR, socket])
    await supervisor.says(/here/)
    reload = /^ExecReload=(.+)$/m.exec(await readFile(UNIT, 'utf8'))![1]! // without it there is no reload
    const within = ['env', `NOTIFY_SOCKET=${socket}`]
    server = await Server.start({ traffic: TRAFFIC, within, settings: () => 'workers: 2' })
    pid = server.program.pid
  })

  afterAll(async () => {
    if (pid !== server?.program.pid) process.kill(pid, 'SIGTERM')
    // It has the other one's output: as long as that is open, the other one runs.
    expect(await server?.close()).toBe(0)
    await supervisor?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** As the unit has it. @returns what was found in the log since */
  function makeWay(last: RegExp): Promise<RegExpExecArray> {
    const from = server.program.stdout.length
    execFileSync('sh', ['-c', reload], { env: { MAINPID: String(pid) } })
    return server.program.says(last, { from, ms: 60_000 })
  }

  const open = (): Socket => connect({ host: '127.0.0.1', port: server.port })

  async function exchange(socket: Socket, id: number): Promise<readonly string[]> {
    const message = encodeQuery({ ...ask('mail.example.com', 'A'), id })
    const heard = once(socket, 'data') as Promise<[Buffer]>
    socket.write(Buffer.concat([Buffer.from([0, message.length]), message]))
    const [reply] = await heard
    return addressesOf(decodeMessage(reply.subarray(2)))
  }

  /** Asks on one connection for as long as it is kept, and on the next one then; rejects where a question is not answered. */
  async function askOnKept(over: () => boolean): Promise<number> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let answered = 0
    while (!over()) {
      const [reply] = (await once(request(`${server.admin}/livez`, { agent }).end(), 'response')) as [IncomingMessage]
      await reply.resume().toArray()
      expect(reply.statusCode).toBe(200)
      answered++
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    agent.destroy()
    return answered
  }

  test.each([
    ['settings', 'server.yaml', 'workers: nonsense\n'],
    ['document', 'traffic.yaml', 'zones: [\n'],
  ])(
    'goes on as before where the new one refuses its %s',
    async (_, file, nonsense) => {
      const sound = await readFile(server.path(file), 'utf8')
      await writeFile(server.path(file), nonsense)
      await makeWay(/the new process ended with 1; this one goes on as before/)
      await writeFile(server.path(file), sound)
      expect((await server.api('GET', '/v1/status')).status).toBe(200)
    },
    120_000,
  )

  test('answers who is connected to the end; another one answers whoever comes, at the same ports, API included', async () => {
    const connected = open()
    expect(await exchange(connected, 1)).toEqual(MAIL)
    const before = pid
    let over = false
    const making = makeWay(/process (\d+) answers/).finally(() => {
      over = true
    })
    const kept = askOnKept(() => over)
    // Without a pause that would end the connection of itself.
    while (!over) {
      expect(await exchange(connected, 2)).toEqual(MAIL)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    const [, young] = await making
    pid = Number(young)
    // A supervisor that is not told so ends all of it, when the process that it knows has ended.
    expect(supervisor.stdout.match(/MAINPID=\d+/g)).toEqual([`MAINPID=${young}`])
    expect(await kept).toBeGreaterThan(0)
    expect(await exchange(connected, 3)).toEqual(MAIL)
    const late = open()
    expect(await exchange(late, 4)).toEqual(MAIL)
    late.destroy()
    connected.destroy()
    expect((await server.api('GET', '/v1/status')).status).toBe(200)
    await until('the one before is gone', 60_000, async () => (isAlive(before) ? undefined : true))
  })
})

/** Resolves when the process does something of its own where such a signal comes, and is not ended by it. */
const hears = (pid: number, signal: NodeJS.Signals): Promise<true> =>
  until(`process ${pid} hears ${signal}`, 20_000, async () => {
    const caught = /^SigCgt:\s+(\w+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1]! // as proc(5) has it
    return (BigInt(`0x${caught}`) >> BigInt(constants.signals[signal] - 1)) & 1n ? true : undefined
  })

test('a signal that comes while a process is starting, or makes way already, is not lost', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-early-'))
  // Whoever reads it waits until somebody writes, so that a start lasts for as long as the test likes.
  const file = join(folder, 'server.yaml')
  execFileSync('mkfifo', [file])
  await writeFile(join(folder, 'traffic.yaml'), TRAFFIC)
  await writeFile(join(folder, 'geo.mmdb'), smallDatabase())
  const port = await freePort()
  const settings = `listen: [127.0.0.1:${port}]\nadmin: { listen: "127.0.0.1:0" }\ngeo: { databases: [geo.mmdb] }\nworkers: 1\n`
  const program = meridian(['serve', '--settings', file])
  const answering = () => [...program.stdout.matchAll(/process (\d+) answers/g)].map(([, pid]) => Number(pid))
  try {
    await hears(program.pid, 'SIGUSR2')
    await hears(program.pid, 'SIGHUP')
    program.signal('SIGHUP')
    program.signal('SIGUSR2')
    await writeFile(file, settings)
    await program.says(/SIGHUP: the traffic document is read again/)
    await program.says(/SIGUSR2: another process is started/)
    // The second one is starting; the first one is told once more, and passes it on.
    program.signal('SIGUSR2')
    await writeFile(file, settings)
    await until('the second one answers', 60_000, async () => answering()[0])
    await writeFile(file, settings)
    const third = await until('a third one answers', 60_000, async () => answering()[1])
    process.kill(third, 'SIGTERM')
    expect(await program.exited).toBe(0)
  } finally {
    await program.stop()
    for (const pid of answering()) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
}, 180_000)

test('of queries by UDP and TCP and of edits, none is lost while another process takes over', async () => {
  expect(
    broken(await prove('restart', '--queries', '4000', '--restarts', '1', '--rate', '1000', '--steered', '0')),
  ).toEqual({})
})
