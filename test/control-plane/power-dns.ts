// The server of PowerDNS on loopback, with one zone of a test and a database of places: it answers by the client's subnet.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Message } from '../../src/dns/message.js'
import type { TYPE } from '../../src/dns/numbers.js'
import { ask, UdpClient } from '../end-to-end/dns-client.js'
import { freePort } from '../end-to-end/ports.js'
import { Program } from '../end-to-end/program.js'
import { until } from '../end-to-end/server.js'
import { writeMmdb } from './geo/mmdb-writer.js'

const place = (continent: string, country: string, latitude: number, longitude: number) => ({
  continent: { code: continent },
  country: { iso_code: country },
  location: { latitude, longitude },
})

/** Where the clients of the tests are. */
export const PLACES = writeMmdb(
  [
    { prefix: '36.1.0.0/16', record: place('EU', 'DE', 52.5, 13.4) },
    { prefix: '36.2.0.0/16', record: place('EU', 'FR', 48.9, 2.3) },
    { prefix: '36.4.0.0/16', record: place('NA', 'US', 40.7, -74.1) },
    { prefix: '36.6.0.0/16', record: place('AS', 'JP', 35.7, 139.7) },
  ],
  { ipVersion: 6, databaseType: 'GeoLite2-City' },
)

/** Of each of these places, one of another network in the first, and one who is nowhere. */
export const CLIENTS = ['36.1.9.7/32', '36.1.8.7/32', '36.2.9.7/32', '36.4.9.7/32', '36.6.9.7/32', '36.8.9.7/32']

export class PowerDns {
  private readonly folder: string
  private readonly program: Program
  private readonly client: UdpClient

  private constructor(folder: string, client: UdpClient) {
    this.folder = folder
    this.client = client
    const words = [`--config-dir=${folder}`, '--daemon=no', '--guardian=no', '--disable-syslog=yes']
    this.program = new Program('pdns_server', words, { env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` } })
  }

  /** @param zone the text of example.com */
  static async start(zone: string): Promise<PowerDns> {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-powerdns-'))
    const port = await freePort()
    writeFileSync(join(folder, 'example.com.zone'), zone)
    writeFileSync(
      join(folder, 'named.conf'),
      `zone "example.com" { type native; file "${folder}/example.com.zone"; };\n`,
    )
    writeFileSync(join(folder, 'geo.yaml'), 'domains: []\n')
    writeFileSync(join(folder, 'test.mmdb'), PLACES)
    writeFileSync(
      join(folder, 'pdns.conf'),
      `launch=bind,geoip\nbind-config=${folder}/named.conf\ngeoip-zones-file=${folder}/geo.yaml
geoip-database-files=mmdb:${folder}/test.mmdb\nenable-lua-records=yes\nlua-health-checks-interval=1
edns-subnet-processing=yes\nlocal-address=127.0.0.1\nlocal-port=${port}\nsocket-dir=${folder}\nloglevel=4\nquery-cache-ttl=0\ncache-ttl=0\n`,
    )
    const one = new PowerDns(folder, await UdpClient.open({ host: '127.0.0.1', port }))
    let ended = false
    void one.program.exited.then(() => (ended = true))
    await until('PowerDNS answers', 30_000, async () => {
      if (ended) throw new Error(`PowerDNS did not start: ${one.program.stderr}`)
      const message = await one.client.ask(ask('example.com', 'SOA'), 300)
      return message?.rcode === 0 ? message : undefined
    })
    return one
  }

  async ask(name: string, type: keyof typeof TYPE, subnet: string): Promise<Message> {
    const message = await this.client.ask(ask(name, type, subnet))
    if (message === undefined) throw new Error('PowerDNS does not answer')
    return message
  }

  async stop(): Promise<void> {
    this.client.close()
    await this.program.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
