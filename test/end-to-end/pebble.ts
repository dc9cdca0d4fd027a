// Pebble, the ACME server (RFC 8555) that Let's Encrypt tests clients with, asking the nameserver that it is pointed at.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './ports.js'
import { Program, run } from './program.js'
import { until } from './server.js'

/** One who asks for certificates: where they are, and that of the server itself, which clients have to trust. */
export class Pebble {
  readonly folder: string
  readonly directory: string
  private readonly program: Program

  private constructor(folder: string, directory: string, program: Program) {
    this.folder = folder
    this.directory = directory
    this.program = program
  }

  /** PEM. */
  get authority(): string {
    return join(this.folder, 'pebble.pem')
  }

  /** What it has said; each validation is there. */
  get log(): string {
    return this.program.stdout + this.program.stderr
  }

  static async start(dnsPort: number): Promise<Pebble> {
    const folder = await mkdtemp(join(tmpdir(), 'meridian-pebble-'))
    const [port, management] = [await freePort(), await freePort()]
    makeCertificate(folder)
    const settings = {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: join(folder, 'pebble.pem'),
      privateKey: join(folder, 'pebble.key'),
      httpPort: 5002,
      tlsPort: 5001,
      ocspResponderURL: '',
      externalAccountBindingRequired: false,
    }
    await writeFile(join(folder, 'pebble.json'), JSON.stringify({ pebble: settings }))
    const program = new Program(
      'pebble',
      ['-strict', '-config', join(folder, 'pebble.json'), '-dnsserver', `127.0.0.1:${dnsPort}`],
      // Each order is validated anew, so that a renewal is one; nothing is left to chance.
      { env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0' } },
    )
    const pebble = new Pebble(folder, `https://localhost:${port}/dir`, program)
    await until('pebble listens', 20_000, async () => (pebble.log.includes('Listening on:') ? true : undefined))
    return pebble
  }

  async stop(): Promise<void> {
    await this.program.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

function makeCertificate(folder: string): void {
  const files = ['-keyout', join(folder, 'pebble.key'), '-out', join(folder, 'pebble.pem')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...key, ...names, ...files], { stdio: 'ignore' })
}

export interface Certificate {
  readonly serial: string
  /** `*.example.com`, in order. */
  readonly names: readonly string[]
}

/** What is in the file, by openssl. @throws where there is none */
export async function readCertificate(file: string): Promise<Certificate> {
  await readFile(file)
  const { stdout } = await run('openssl', ['x509', '-in', file, '-noout', '-serial', '-ext', 'subjectAltName'])
  return {
    serial: /serial=([0-9A-F]+)/.exec(stdout)?.[1] ?? '',
    names: [...stdout.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name!).sort(),
  }
}
