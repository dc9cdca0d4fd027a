// The world in which the commands of the documentation run: a folder like a checkout, a server, five balancers.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import { freePort } from '../end-to-end/ports.js'
import { isAlive, meridian, type Program, run } from '../end-to-end/program.js'
import { ROOT } from './markdown.js'

const REGIONS = ['us-east', 'us-west', 'eu-central', 'ap-northeast', 'ap-southeast']
const [DNS, ADMIN, BALANCERS] = ['5300', '8053', '8080']
/** Of servers, resolvers and stores beside it, which a page starts and ends itself. */
const BESIDE = ['5354', '5355', '8054', '8055', '23790', '23800']

export interface Ran {
  readonly code: number | null
  /** Both streams, as a terminal shows them; with the ports of the documentation. */
  readonly output: string
}

export class DocsWorld {
  readonly admin: string
  private readonly folder: string
  private readonly ports: ReadonlyMap<string, string>
  private readonly server: Program
  private readonly balancers: DemoRegions

  private constructor(folder: string, ports: ReadonlyMap<string, string>, server: Program, balancers: DemoRegions) {
    this.folder = folder
    this.ports = ports
    this.server = server
    this.balancers = balancers
    this.admin = `http://127.0.0.1:${ports.get(ADMIN)}`
  }

  /** The same as `npm start` gives, at ports of its own: the demo's are often in use where somebody develops. */
  static async start(): Promise<DocsWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'meridian-docs-'))
    const ports = new Map<string, string>()
    for (const port of [DNS!, ADMIN!, BALANCERS!, ...BESIDE]) ports.set(port, String(await freePort()))
    await furnish(folder, ports.get(BALANCERS)!)
    const balancers = await startDemoRegions(
      REGIONS.map((id, i) => ({ id, address: `127.0.1.${i + 1}` })),
      Number(ports.get(BALANCERS)),
    )
    const server = meridian(['serve', '--plain', '--settings', 'state/server.yaml'], {
      cwd: folder,
      env: { MERIDIAN_DNS_PORT: ports.get(DNS), MERIDIAN_ADMIN_PORT: ports.get(ADMIN) },
    })
    await server.says(/admin API on/, { ms: 60_000 })
    return new DocsWorld(folder, ports, server, balancers)
  }

  /** Runs a script as somebody would who types it in the checkout. It stops at the first line that fails. */
  async run(script: string): Promise<Ran> {
    const own = [...this.ports].reduce((text, [written, port]) => text.replaceAll(word(written), port), script)
    const { code, stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', `exec 2>&1\n${own}`], {
      cwd: this.folder,
      env: { PATH: `${this.folder}/bin:${process.env['PATH']}:/usr/sbin`, MERIDIAN_ADMIN_PORT: this.ports.get(ADMIN) },
    })
    const output = [...this.ports].reduce((text, [written, port]) => text.replaceAll(word(port), written), stdout)
    return { code, output }
  }

  async stop(): Promise<void> {
    await this.server.stop()
    await this.balancers.close()
    await endWhatIsLeft(join(this.folder, 'state'))
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Pages start programs in the background, and end them in their last line, which a failure before does not reach. */
async function endWhatIsLeft(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.pid')) continue
    const pid = Number(await readFile(join(folder, name), 'utf8'))
    if (pid > 0 && isAlive(pid)) process.kill(pid)
  }
}

const word = (text: string): RegExp => new RegExp(`\\b${text}\\b`, 'g')

/** The parts of a built checkout that the commands touch; the server works on a copy of the document, as the demo does. */
async function furnish(folder: string, balancerPort: string): Promise<void> {
  await cp(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  await symlink(join(ROOT, 'dist'), join(folder, 'dist'))
  await mkdir(join(folder, 'state'), { mode: 0o700 })
  const example = await readFile(join(ROOT, 'config', 'traffic.yaml'), 'utf8')
  await writeFile(join(folder, 'state', 'traffic.yaml'), example.replace(`port: ${BALANCERS}`, `port: ${balancerPort}`))
  await writeFile(join(folder, 'state', 'server.yaml'), 'traffic: traffic.yaml\nstate-directory: .\n')
  await mkdir(join(folder, 'bin'))
  // Where the server of the pages is goes for those who ask it: a second one is where its settings say.
  const npx = `#!/bin/sh\nshift\n[ "$1" != serve ] || unset MERIDIAN_ADMIN_PORT\nexec '${process.execPath}' '${join(ROOT, 'dist', 'main.js')}' "$@"\n`
  await writeFile(join(folder, 'bin', 'npx'), npx, { mode: 0o755 })
}
