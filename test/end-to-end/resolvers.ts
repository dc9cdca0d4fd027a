// Resolvers from Debian's packages, each as strict as in production but for what is on loopback here: what they are told, and how they are run.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHILD, PARENT } from './delegation.js'
import { freePort } from './ports.js'
import { type Finished, Program, run } from './program.js'
import { until } from './server.js'
import { unboundConf, unboundWords } from './unbound.js'

interface Place {
  /** Its own, and empty. */
  readonly folder: string
  readonly port: number
  /** Of the nameservers. Resolvers follow delegations to 53 and no other; where it is another, they are told. */
  readonly dnsPort: number
}

interface Resolver {
  readonly program: string
  /** Where it is asked. */
  readonly address: string
  /** The file `conf` in its folder. */
  readonly configure: (place: Place) => string
  readonly words: (folder: string) => readonly string[]
}

/** BIND listens on the addresses that interfaces have by name. It asks at the port that it is told to use itself. */
const bind = (options: string, more = ''): Resolver => ({
  program: 'named',
  address: '127.0.0.1',
  configure: ({ folder, port, dnsPort }) => `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  port ${dnsPort};
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  query-source address 127.0.3.2;
  recursion yes;
  allow-recursion { any; };
  dnssec-validation no;
  empty-zones-enable no;
  max-cache-size 32m;
  qname-minimization strict;
  ${options}
};
controls { };
zone "." { type hint; file "root.hints"; };
${more}
`,
  words: folder => ['-4', '-g', '-n', '1', '-c', join(folder, 'conf')],
})

const unbound: Resolver = {
  program: 'unbound',
  address: '127.0.3.1',
  configure: ({ folder, port, dnsPort }) =>
    unboundConf({
      ...{ folder, address: '127.0.3.1', port },
      options: [...(dnsPort === 53 ? [`root-hints: "${folder}/root.hints"`] : []), ...STRICT],
      stubs: dnsPort === 53 ? [] : STUBS.map(([zone, address]) => [zone, address, dnsPort]),
    }),
  words: folder => unboundWords(join(folder, 'conf')),
}

const STRICT = [
  'outgoing-interface: 127.0.3.1',
  'access-control: 127.0.0.0/8 allow',
  'module-config: "subnetcache iterator"',
  'client-subnet-zone: "example.com"',
  'client-subnet-always-forward: yes',
  'use-caps-for-id: yes',
  'qname-minimisation: yes',
  'qname-minimisation-strict: yes',
  'harden-glue: yes',
  'harden-short-bufsize: yes',
  'harden-large-queries: yes',
  'harden-below-nxdomain: yes',
  'harden-referral-path: yes',
  'unwanted-reply-threshold: 10000',
]

const STUBS = [
  ['.', PARENT],
  ['com', PARENT],
  ['example.com', CHILD],
] as const

/** Case mixing and query name minimisation are what it does unless told not to. */
const knotResolver: Resolver = {
  program: 'kresd',
  address: '127.0.3.3',
  configure: ({ port, dnsPort }) => `
net.listen('127.0.3.3', ${port}, { kind = 'dns' })
net.outgoing_v4('127.0.3.3')
net.ipv6 = false
net.bufsize(512)
trust_anchors.remove('.')
option('ALLOW_LOCAL', true)
modules = { 'hints > iterate' }
hints.root({ ['ns.com.'] = '${PARENT}' })
cache.size = 10 * MB
log_level('info')
log_target('stderr')
${
  dnsPort === 53
    ? ''
    : `policy.add(policy.suffix(policy.STUB('${CHILD}@${dnsPort}'), { todname('example.com.') }))
policy.add(policy.all(policy.STUB('${PARENT}@${dnsPort}')))`
}
`,
  words: folder => ['-n', '-c', join(folder, 'conf'), folder],
}

/** By what they are and what they do that others do not. */
export const RESOLVERS = {
  'unbound, with client subnets and mixed case': unbound,
  'BIND, with a buffer of 4096 bytes': bind('edns-udp-size 4096; max-udp-size 4096;'),
  'BIND, without EDNS': bind('', 'server 127.0.3.0/24 { edns no; };'),
  'BIND, by TCP only': bind('', 'server 127.0.3.0/24 { tcp-only yes; };'),
  'Knot Resolver, with a buffer of 512 bytes and mixed case': knotResolver,
} as const satisfies Record<string, Resolver>

export type ResolverName = keyof typeof RESOLVERS

/** Daemons live where only root looks. */
const PATH = `${process.env['PATH']}:/usr/local/sbin:/usr/sbin:/sbin`

export class RunningResolver {
  private readonly folder: string
  private readonly address: string
  private readonly port: number
  private readonly program: Program

  private constructor(folder: string, address: string, port: number, program: Program) {
    this.folder = folder
    this.address = address
    this.port = port
    this.program = program
  }

  static async start(name: ResolverName, dnsPort: number): Promise<RunningResolver> {
    const { program, address, configure, words }: Resolver = RESOLVERS[name]
    const folder = await mkdtemp(join(tmpdir(), 'meridian-resolver-'))
    const port = await freePort()
    await writeFile(join(folder, 'conf'), configure({ folder, port, dnsPort }))
    await writeFile(join(folder, 'root.hints'), `. 3600 IN NS ns.com.\nns.com. 3600 IN A ${PARENT}\n`)
    const running = new Program(program, words(folder), { cwd: folder, env: { PATH } })
    const resolver = new RunningResolver(folder, address, port, running)
    try {
      await until(`${name} answers`, 20_000, async () => {
        const { stdout } = await resolver.dig('ns.com', '+time=1', '+tries=1')
        return stdout.includes(PARENT) ? true : undefined
      })
      return resolver
    } catch (error) {
      const complaints = resolver.log
      await resolver.stop()
      throw new Error(`${String(error)}\n${complaints}`)
    }
  }

  /** All that it has written. */
  get log(): string {
    return this.program.stdout + this.program.stderr
  }

  dig(...args: readonly string[]): Promise<Finished> {
    return run('dig', [`@${this.address}`, '-p', String(this.port), ...args])
  }

  /** The data of the answer, a record a line. */
  async short(...args: readonly string[]): Promise<string[]> {
    return (await this.dig('+short', ...args)).stdout.trim().split('\n')
  }

  async stop(): Promise<void> {
    await this.program.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}
