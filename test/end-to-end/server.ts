// A real server in a folder of its own: `meridian serve` with its settings, its document and a geo database.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { smallDatabase } from './example.js'
import { freePort } from './ports.js'
import { meridian, Program, STRETCH, type Surroundings } from './program.js'

export interface Wish {
  /** The traffic document. */
  readonly traffic: string
  /** More lines of the settings; `listen`, `admin` and `geo` take the place of what is written here. */
  readonly settings?: (port: number) => string
  /** The bundled database instead of a small one: seconds more at the start. */
  readonly bundled?: boolean
  /** What lies beside the settings, by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** A program with arguments that runs the server, such as one that enters a network namespace. */
  readonly within?: readonly string[]
}

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** An answer of the admin API. */
export interface Reply {
  readonly status: number
  readonly etag: string | null
  readonly type: string | null
  // biome-ignore lint/suspicious/noExplicitAny: JSON from outside; what a test expects of it is what it tests
  readonly body: any
}

export interface Request {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export class Server {
  readonly host = '127.0.0.1'
  readonly folder: string
  readonly port: number
  /** The process that runs now; a restart is another one. */
  program!: Program
  /** `http://127.0.0.1:40123` */
  admin = ''

  private readonly within: readonly string[]
  private readonly surroundings: Surroundings

  private constructor(folder: string, port: number, within: readonly string[], surroundings: Surroundings) {
    this.folder = folder
    this.port = port
    this.within = within
    this.surroundings = surroundings
  }

  static async start({
    traffic,
    settings = () => '',
    bundled = false,
    files = {},
    within = [],
  }: Wish): Promise<Server> {
    const port = await freePort()
    const own = settings(port)
    // What the test itself says of UDP goes before what is said of all tests.
    const surroundings = /^udp:/m.test(own) ? { env: { MERIDIAN_UDP: undefined } } : {}
    const server = new Server(await mkdtemp(join(tmpdir(), 'meridian-e2e-')), port, within, surroundings)
    await writeFile(server.path('traffic.yaml'), traffic)
    for (const [name, text] of Object.entries(files)) await writeFile(server.path(name), text)
    const lines = [
      own.includes('admin:') ? '' : 'admin: { listen: "127.0.0.1:0", changes-per-minute: 0 }',
      own.startsWith('listen:') ? '' : `listen: [127.0.0.1:${port}]`,
      bundled || /^geo:/m.test(own) ? '' : 'geo: { databases: [geo.mmdb] }',
      own,
    ]
    await writeFile(server.path('server.yaml'), `${lines.join('\n')}\n`)
    if (!bundled) await writeFile(server.path('geo.mmdb'), smallDatabase())
    try {
      await server.restart()
      if (bundled) await server.untilWidened()
      return server
    } catch (error) {
      await server.close()
      throw error
    }
  }

  /** Starts the process, or another one in its place, and resolves when it answers. */
  async restart(): Promise<void> {
    await this.program?.stop()
    this.program = serve(this.path('server.yaml'), this.within, this.surroundings)
    this.admin = (await this.program.says(/admin API on (https?:\/\/[^"]+)/))[1]!
  }

  /** Resolves when scopes are as wide as they can be. They are never wrong before, but finer. */
  untilWidened(): Promise<void> {
    return untilWidened(this.admin)
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names)
  }

  readTraffic(): Promise<string> {
    return readFile(this.path('traffic.yaml'), 'utf8')
  }

  token(): Promise<string> {
    return readFile(this.path('state', 'admin-token'), 'utf8').then(text => text.trim())
  }

  async api(method: string, path: string, { body, headers = {} }: Request = {}): Promise<Reply> {
    const response = await fetch(`${this.admin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.token()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const { headers: got, status } = response
    return { status, etag: got.get('etag'), type: got.get('content-type'), body: await response.json() }
  }

  /** Stops it, and leaves nothing. @returns the exit code */
  async close(): Promise<number | null> {
    try {
      return await this.program.stop()
    } finally {
      await rm(this.folder, { recursive: true, force: true })
    }
  }
}

function serve(settings: string, [enter, ...words]: readonly string[], around: Surroundings): Program {
  const verb = ['serve', '--settings', settings]
  return enter === undefined
    ? meridian(verb, around)
    : new Program(enter, [...words, process.execPath, MAIN, ...verb], around)
}

/** Resolves as soon as `look` gives something. @throws where it does not within `ms`, stretched for busy machines */
export async function until<T>(what: string, ms: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + ms * STRETCH
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`${what}: not within ${ms * STRETCH} ms`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** Resolves when scopes are as wide as they can be; just after a start they are finer, and no less right. */
export async function untilWidened(admin: string): Promise<void> {
  await until('scopes are widened', 60_000, async () =>
    (await (await fetch(`${admin}/metrics`)).text()).includes('\nmeridian_snapshot_widened 1\n') ? true : undefined,
  )
}
