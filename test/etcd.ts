// Real members of etcd on loopback, each in a folder of its own, that a test starts, kills, holds and starts again.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './end-to-end/ports.js'
import { Program, run } from './end-to-end/program.js'

export interface EtcdWish {
  readonly members?: number
  /** Certificate, its key, and who signed it, all as paths: clients are then asked for one as well. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly authority: string }
}

interface Member {
  readonly name: string
  readonly client: string
  readonly peer: string
  program: Program | undefined
}

/** Until a member answers, however busy the machine is, ms. */
const START_MS = 60_000

export class EtcdCluster {
  readonly folder: string
  private readonly members: readonly Member[]
  private readonly tls: EtcdWish['tls']

  private constructor(folder: string, members: readonly Member[], tls: EtcdWish['tls']) {
    this.folder = folder
    this.members = members
    this.tls = tls
  }

  static async start({ members: count = 1, tls }: EtcdWish = {}): Promise<EtcdCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'meridian-etcd-'))
    const members: Member[] = []
    for (let i = 0; i < count; i++) {
      const [client, peer] = [await freePort(), await freePort()]
      members.push({
        name: `m${i}`,
        client: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${client}`,
        peer: `http://127.0.0.1:${peer}`,
        program: undefined,
      })
    }
    const cluster = new EtcdCluster(folder, members, tls)
    try {
      for (let i = 0; i < count; i++) cluster.begin(i)
      for (let i = 0; i < count; i++) await cluster.untilHealthy(i)
      return cluster
    } catch (error) {
      await cluster.stop()
      throw error
    }
  }

  get endpoints(): readonly string[] {
    return this.members.map(({ client }) => client)
  }

  /** Lines of the settings of a node; more lines are indented by four spaces. */
  settings(node: string, more = ''): string {
    return `fleet:\n  node: ${node}\n  silence: 3s\n  etcd:\n    endpoints: [${this.endpoints.map(url => `"${url}"`).join(', ')}]\n    timeout: 4s\n${more}`
  }

  /** Ends a member as a power cut would. */
  async kill(i: number): Promise<void> {
    const { program } = this.members[i]!
    this.members[i]!.program = undefined
    program?.signal('SIGKILL')
    await program?.exited
  }

  /** It stands still, with all its connections open, or goes on. */
  hold(i: number, held: boolean): void {
    this.members[i]!.program?.signal(held ? 'SIGSTOP' : 'SIGCONT')
  }

  async restart(i: number): Promise<void> {
    this.begin(i)
    await this.untilHealthy(i)
  }

  /** Which member leads the others. */
  async leader(): Promise<number> {
    const { stdout } = await this.control(this.endpoints, 'endpoint', 'status', '-w', 'json')
    const status: { Endpoint: string; Status: { leader: number; header: { member_id: number } } }[] = JSON.parse(stdout)
    const leading = status.find(({ Status: { leader, header } }) => leader === header.member_id)
    return this.members.findIndex(({ client }) => client === leading?.Endpoint)
  }

  /** Runs etcdctl. @throws where it fails */
  async control(endpoints: readonly string[], ...words: readonly string[]): Promise<{ readonly stdout: string }> {
    const tls =
      this.tls === undefined
        ? []
        : ['--cacert', this.tls.authority, '--cert', this.tls.certificate, '--key', this.tls.key]
    const finished = await run('etcdctl', ['--endpoints', endpoints.join(','), ...tls, ...words], {
      env: { ETCDCTL_API: '3' },
    })
    if (finished.code !== 0) throw new Error(`etcdctl ${words.join(' ')}: ${finished.stderr}`)
    return finished
  }

  async stop(): Promise<void> {
    for (const i of this.members.keys()) {
      this.hold(i, false)
      await this.kill(i)
    }
    await rm(this.folder, { recursive: true, force: true })
  }

  private begin(i: number): void {
    const { name, client, peer } = this.members[i]!
    const words = {
      name,
      'data-dir': join(this.folder, name),
      'listen-client-urls': client,
      'advertise-client-urls': client,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': this.members.map(one => `${one.name}=${one.peer}`).join(','),
      'initial-cluster-token': this.folder,
      // A test is not about disks, and several of them share one.
      'unsafe-no-fsync': 'true',
      'log-level': 'error',
      ...(this.tls === undefined
        ? {}
        : {
            'cert-file': this.tls.certificate,
            'key-file': this.tls.key,
            'trusted-ca-file': this.tls.authority,
            'client-cert-auth': 'true',
          }),
    }
    this.members[i]!.program = new Program(
      'etcd',
      Object.entries(words).map(([key, value]) => `--${key}=${value}`),
    )
  }

  private async untilHealthy(i: number): Promise<void> {
    const deadline = Date.now() + START_MS
    for (;;) {
      const error = await this.control([this.members[i]!.client], 'get', 'none').then(
        () => undefined,
        error => error,
      )
      // With users it asks who is there, and so it is there.
      if (error === undefined || /user name is empty|permission denied/.test(String(error))) return
      if (Date.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
}
