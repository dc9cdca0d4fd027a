// gdnsd itself, from Debian's package, with the files of the sample: what it answers is what the import has to answer.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ask, UdpClient } from '../../end-to-end/dns-client.js'
import { freePort } from '../../end-to-end/ports.js'
import { Program } from '../../end-to-end/program.js'
import { until } from '../../end-to-end/server.js'

export const SAMPLE = fileURLToPath(new URL('gdnsd', import.meta.url))

export interface GdnsdPeer {
  readonly client: UdpClient
  stop(): Promise<void>
}

/** @param down addresses that the sites say are down */
export async function startGdnsd(
  database: Uint8Array,
  all: readonly string[],
  down: readonly string[],
): Promise<GdnsdPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-gdnsd-'))
  const port = await freePort()
  cpSync(SAMPLE, folder, { recursive: true })
  for (const name of ['run', 'state', 'state/extfile']) mkdirSync(join(folder, name))
  cpSync(join(SAMPLE, 'admin_state'), join(folder, 'state', 'admin_state'))
  writeFileSync(join(folder, 'geoip', 'test.mmdb'), database)
  writeFileSync(
    join(folder, 'options'),
    `listen => 127.0.0.1:${port}, run_dir => ${folder}/run, state_dir => ${folder}/state, udp_threads => 1, tcp_threads => 1\n`,
  )
  writeFileSync(
    join(folder, 'state', 'extfile', 'health'),
    all.map(address => `${address} => ${down.includes(address) ? 'DOWN' : 'UP'}\n`).join(''),
  )
  const program = new Program('gdnsd', ['-c', folder, 'start'], {
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  })
  let ended = false
  void program.exited.then(() => (ended = true))
  const client = await UdpClient.open({ host: '127.0.0.1', port })
  const stop = async (): Promise<void> => {
    await client.close()
    await program.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await until('gdnsd answers', 30_000, () => {
      if (ended) throw new Error('it has ended')
      return client.ask(ask('example.com', 'SOA'), 300)
    })
  } catch (error) {
    const said = `${program.stdout}${program.stderr}`
    await stop()
    throw new Error(`gdnsd did not start: ${said}`, { cause: error })
  }
  return { client, stop }
}
