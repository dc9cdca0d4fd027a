// unbound as tests run it: in the foreground, all on loopback, and with nothing of what this machine has set up for its own.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './ports.js'
import { Program, run } from './program.js'
import { until } from './server.js'

export interface UnboundSetup {
  readonly folder: string
  readonly address: string
  readonly port: number
  /** Of its `server` clause, beside what all of them have. */
  readonly options: readonly string[]
  /** What it asks where, instead of following delegations. */
  readonly stubs: readonly (readonly [zone: string, address: string, port: number])[]
}

export const unboundConf = ({ folder, address, port, options, stubs }: UnboundSetup): string => `
server:
  interface: ${address}@${port}
  directory: "${folder}"
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-ip6: no
  do-not-query-localhost: no
  val-log-level: 2
${options.map(option => `  ${option}\n`).join('')}
remote-control:
  control-enable: no
${stubs.map(([zone, to, port]) => `stub-zone:\n  name: "${zone}"\n  stub-addr: ${to}@${port}\n`).join('')}`

export const unboundWords = (conf: string): readonly string[] => ['-d', '-p', '-c', conf]

export interface ValidatingUnbound {
  readonly port: number
  /** What dig prints of its answer to `NAME TYPE`, signatures asked for. */
  readonly ask: (question: string) => Promise<string>
  /** The end of what it has written. */
  readonly log: () => string
  readonly stop: () => Promise<unknown>
}

/** A validator that has a zone from the server at this port of 127.0.0.1, and trusts these anchors, which are DS or DNSKEY records. */
export async function validatingUnbound(
  folder: string,
  serverPort: number,
  anchors: readonly string[],
  options: readonly string[],
  zone = 'example.com',
): Promise<ValidatingUnbound> {
  const port = await freePort()
  const conf = join(folder, 'unbound.conf')
  const trusted = anchors.map(text => `trust-anchor: "${text}"`)
  const setup: UnboundSetup = {
    ...{ folder, address: '127.0.0.1', port },
    options: ['module-config: "validator iterator"', ...options, ...trusted],
    stubs: [[zone, '127.0.0.1', serverPort]],
  }
  await writeFile(conf, unboundConf(setup))
  const program = new Program('unbound', unboundWords(conf))
  const ask = async (question: string): Promise<string> => {
    const words = ['@127.0.0.1', '-p', `${port}`, '+dnssec', '+tries=1', '+time=10', ...question.split(' ')]
    return (await run('dig', words)).stdout
  }
  const log = (): string => program.stderr.split('\n').slice(-20).join('\n')
  try {
    await until('unbound answers', 60_000, async () =>
      (await ask(`${zone} NS`)).includes('status: ') ? true : undefined,
    )
  } catch (error) {
    await program.stop()
    throw new Error(`${String(error)}\n${log()}`)
  }
  return { port, ask, log, stop: () => program.stop() }
}
