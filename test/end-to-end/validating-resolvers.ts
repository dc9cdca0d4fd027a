// BIND and Knot Resolver as validators that trust the keys of one zone, and have that from one server.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './ports.js'
import { Program, run } from './program.js'
import { until } from './server.js'

/** Daemons live where only root looks. */
const PATH = `${process.env['PATH']}:/usr/local/sbin:/usr/sbin:/sbin`

export interface Trusted {
  readonly zone: string
  /** Data of its DS records. */
  readonly ds: readonly string[]
  /** Where it is served, at 127.0.0.1. */
  readonly port: number
}

export interface Validating {
  /** What dig prints of its answer to `NAME TYPE`, signatures asked for. */
  readonly ask: (question: string) => Promise<string>
  readonly log: () => string
  readonly stop: () => Promise<unknown>
}

interface Place {
  readonly folder: string
  readonly port: number
}

/** @param folder a new one is made in it */
export const bindFor = (trusted: Trusted, folder: string): Promise<Validating> =>
  start(
    'bind',
    ['named', '-4', '-g', '-n', '1', '-c', 'conf'],
    trusted,
    folder,
    ({ folder, port }) => `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  port ${trusted.port};
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion yes;
  allow-recursion { any; };
  dnssec-validation yes;
  empty-zones-enable no;
  max-cache-size 32m;
};
controls { };
trust-anchors {
${trusted.ds.map(data => `  ${trusted.zone} static-ds ${data.replace(/^(\d+ \d+ \d+) (.*)$/, '$1 "$2"')};`).join('\n')}
};
zone "." { type hint; file "root.hints"; };
zone "${trusted.zone}" { type static-stub; server-addresses { 127.0.0.1; }; };
`,
  )

/** It validates what it has from where it forwards to, and the server need not be a resolver for that. */
export const knotResolverFor = (trusted: Trusted, folder: string): Promise<Validating> =>
  start(
    'kresd',
    ['kresd', '-n', '-c', 'conf'],
    trusted,
    folder,
    ({ port }) => `
net.listen('127.0.0.1', ${port}, { kind = 'dns' })
net.ipv6 = false
trust_anchors.remove('.')
${trusted.ds.map(data => `trust_anchors.add('${trusted.zone} DS ${data}')`).join('\n')}
modules = { 'policy' }
policy.add(policy.all(policy.FORWARD('127.0.0.1@${trusted.port}')))
cache.size = 10 * MB
log_level('info')
log_target('stderr')
`,
  )

async function start(
  name: string,
  [program, ...words]: readonly [string, ...string[]],
  { zone }: Trusted,
  parent: string,
  configure: (place: Place) => string,
): Promise<Validating> {
  const folder = join(parent, name)
  await mkdir(folder)
  const port = await freePort()
  await writeFile(join(folder, 'conf'), configure({ folder, port }))
  await writeFile(join(folder, 'root.hints'), '. 3600 IN NS a.root.test.\na.root.test. 3600 IN A 127.0.0.1\n')
  const running = new Program(program, words, { cwd: folder, env: { PATH } })
  const ask = async (question: string): Promise<string> => {
    const words = ['@127.0.0.1', '-p', String(port), '+dnssec', '+tries=1', '+time=10', ...question.split(' ')]
    return (await run('dig', words)).stdout
  }
  const log = (): string => `${running.stdout}${running.stderr}`.split('\n').slice(-30).join('\n')
  try {
    await until(`${name} answers`, 60_000, async () =>
      (await ask(`${zone} NS`)).includes('status: NOERROR') ? true : undefined,
    )
  } catch (error) {
    await running.stop()
    throw new Error(`${String(error)}\n${log()}`)
  }
  return { ask, log, stop: () => running.stop() }
}
