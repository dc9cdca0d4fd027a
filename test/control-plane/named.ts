// BIND's named on loopback, with a configuration of a test, asked from addresses of this machine: views go by those.
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeMessage, encodeQuery, type Message } from '../../src/dns/message.js'
import type { TYPE } from '../../src/dns/numbers.js'
import { ask } from '../end-to-end/dns-client.js'
import { freePort } from '../end-to-end/ports.js'
import { Program } from '../end-to-end/program.js'
import { until } from '../end-to-end/server.js'

export interface NamedFile {
  readonly name: string
  readonly text: string | Uint8Array
}

export class Named {
  readonly folder: string
  private readonly port: number
  private readonly program: Program

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.port = port
    this.program = new Program('named', ['-4', '-g', '-n', '1', '-c', join(folder, 'named.conf')], {
      cwd: folder,
      env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
    })
  }

  /** @param files `named.conf` includes `options.conf`, which is written beside it. @param zone one that it has for 127.0.0.1 */
  static async start(files: readonly NamedFile[], zone: string, options = ''): Promise<Named> {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-named-'))
    const port = await freePort()
    for (const { name, text } of files) writeFileSync(join(folder, name), text)
    writeFileSync(
      join(folder, 'options.conf'),
      `options { directory "${folder}"; pid-file none; session-keyfile none; listen-on port ${port} { 127.0.0.1; };
        listen-on-v6 { none; }; recursion no; notify no; empty-zones-enable no; minimal-responses yes; allow-transfer { none; }; ${options} };
       controls { };\n`,
    )
    const named = new Named(folder, port)
    let ended = false
    void named.program.exited.then(() => (ended = true))
    await until('named answers', 30_000, async () => {
      if (ended) throw new Error(`named did not start: ${named.program.stderr}`)
      const message = await named.ask(zone, 'SOA', '127.0.0.1', 300)
      return message?.rcode === 0 ? message : undefined
    })
    return named
  }

  /** Undefined where it does not answer in time. */
  ask(name: string, type: keyof typeof TYPE, from: string, ms = 10_000): Promise<Message | undefined> {
    return new Promise(resolve => {
      const socket = createSocket('udp4')
      const done = (message: Message | undefined): void => {
        clearTimeout(timer)
        socket.close()
        resolve(message)
      }
      const timer = setTimeout(() => done(undefined), ms)
      socket.once('message', bytes => done(decodeMessage(bytes)))
      socket.on('error', () => {})
      socket.bind(0, from, () => socket.send(encodeQuery({ ...ask(name, type), id: 7 }), this.port, '127.0.0.1'))
    })
  }

  async stop(): Promise<void> {
    await this.program.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
