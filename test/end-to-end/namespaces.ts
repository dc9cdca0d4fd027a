// Two network namespaces joined by a cable, on one Linux machine: a server's and a client's, with addresses of their own.
import { randomInt } from 'node:crypto'
import { type Finished, run } from './program.js'

export interface Namespace {
  readonly name: string
  /** Program and arguments that run a command inside. */
  readonly enter: readonly [program: string, ...args: string[]]
}

export class Cable {
  readonly server: Namespace
  readonly client: Namespace

  private constructor(id: string) {
    const inside = (name: string): Namespace => ({ name, enter: ['ip', 'netns', 'exec', name] })
    this.server = inside(`meridian-s-${id}`)
    this.client = inside(`meridian-c-${id}`)
  }

  /** Why namespaces cannot be had here, in words; undefined where they can. */
  static async unavailable(): Promise<string | undefined> {
    if (process.platform !== 'linux') return 'network namespaces are a thing of Linux'
    if (process.getuid?.() !== 0) return 'network namespaces can be made by root only'
    const name = `meridian-try-${randomInt(1e9)}`
    const { code, stderr } = await run('ip', ['netns', 'add', name]).catch(error => ({
      code: 1,
      stderr: String(error),
    }))
    if (code !== 0) return `network namespaces cannot be made here: ${stderr.trim()}`
    await run('ip', ['netns', 'del', name])
    return undefined
  }

  /** Lays it, and gives each end its addresses, such as `10.0.0.1/24`. @throws where the system refuses; nothing is left */
  static async lay(servers: readonly string[], clients: readonly string[]): Promise<Cable> {
    const cable = new Cable(randomInt(1e9).toString(36))
    const { server, client } = cable
    try {
      for (const { name } of [server, client]) await ip('netns', 'add', name)
      await ip('-n', server.name, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', client.name)
      for (const [{ name }, addresses] of [[server, servers] as const, [client, clients] as const]) {
        // Without duplicate address detection (RFC 4862): nobody else is there, and it would take seconds.
        for (const address of addresses)
          await ip('-n', name, 'address', 'add', address, 'dev', 'eth0', ...noDad(address))
        for (const device of ['lo', 'eth0']) await ip('-n', name, 'link', 'set', device, 'up')
      }
      return cable
    } catch (error) {
      await cable.remove()
      throw error
    }
  }

  /** Both namespaces go, and the cable with them. */
  async remove(): Promise<void> {
    for (const { name } of [this.server, this.client]) await run('ip', ['netns', 'del', name])
  }
}

const noDad = (address: string): readonly string[] => (address.includes(':') ? ['nodad'] : [])

/** @throws Error with what it says where it fails */
export async function ip(...args: readonly string[]): Promise<Finished> {
  const finished = await run('ip', args)
  if (finished.code !== 0) throw new Error(`ip ${args.join(' ')}: ${finished.stderr.trim()}`)
  return finished
}

/** Runs a program inside. */
export function runIn({ enter: [program, ...before] }: Namespace, ...words: readonly string[]): Promise<Finished> {
  return run(program, [...before, ...words])
}
