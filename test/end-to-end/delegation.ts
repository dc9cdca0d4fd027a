// A small internet on loopback: a root, a `com` and an `example.com`, all served by Meridian, the last by a server of its own.
import { createServer } from 'node:net'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import { freePort } from './ports.js'
import { Server } from './server.js'

export const PARENT = '127.0.3.52'
export const CHILD = '127.0.3.53'
/** Two balancers that can be broken; clients of Tokyo go to the first while it is well. */
const [NEAR, FAR] = ['127.0.2.4', '127.0.2.5']
export const MOVING = { near: NEAR, far: FAR } as const

/** Records that need more than 4096 bytes, and others that need more than 512, but not 1232. */
const texts = (count: number): string =>
  Array.from({ length: count }, (_, i) => `        - { type: TXT, data: '"${i} ${'x'.repeat(180)}"' }`).join('\n')
export const TEXTS = { long: 26, medium: 4 } as const

const PARENT_ZONES = `
zones:
  ".":
    nameservers: [ns.com]
    records:
      com: { type: NS, data: ns.com. }
      ns.com: { type: A, data: ${PARENT} }
  com:
    nameservers: [ns.com]
    records:
      ns: { type: A, data: ${PARENT} }
      example:
        - { type: NS, data: ns1.example.com. }
        - { type: NS, data: ns2.example.com. }
      ns1.example: { type: A, data: ${CHILD} }
      ns2.example: { type: A, data: ${CHILD} }
`

const childZone = (balancers: number): string => `
checks:
  beat: { type: http, port: ${balancers}, path: /health, interval: 1s, timeout: 900ms, fall: 3, rise: 2 }
regions:
  us-east: { location: [38.95, -77.45], addresses: [127.0.1.1] }
  us-west: { location: [45.84, -119.70], addresses: [127.0.1.2] }
  eu-central: { location: [50.11, 8.68], addresses: [127.0.1.3] }
  ap-northeast: { location: [35.68, 139.69], addresses: [127.0.1.4, "2001:db8::4"] }
  ap-southeast: { location: [1.35, 103.82], addresses: [127.0.1.5] }
  near: { location: [35.68, 139.69], addresses: [${NEAR}], checks: [beat] }
  far: { location: [1.35, 103.82], addresses: [${FAR}], checks: [beat] }
zones:
  example.com:
    nameservers: [ns1.example.com, ns2.example.com]
    negative-ttl: 60s
    records:
      "@":
        - { type: MX, data: "10 mail.example.com." }
        - { type: CAA, data: '0 issue "letsencrypt.org"' }
      ns1: { type: A, data: ${CHILD} }
      ns2: { type: A, data: ${CHILD} }
      mail: { type: A, data: 192.0.2.25 }
      api: { steer: nearest, regions: [us-east, us-west, eu-central, ap-northeast, ap-southeast] }
      moving: { steer: nearest, regions: [near, far], ttl: { max: 5s, min: 1s } }
      www: { type: CNAME, data: api.example.com. }
      away: { type: CNAME, data: ns.com. }
      old: { type: DNAME, data: new.example.com. }
      a.b.new: { type: CNAME, data: www.example.com. }
      deep.below.nothing: { type: TXT, data: '"found"' }
      "*.wild": { type: A, data: 192.0.2.77 }
      _sip._tcp: { type: SRV, data: "1 2 5060 mail.example.com." }
      odd: { type: TYPE65280, data: '\\# 3 010203' }
      medium:
${texts(TEXTS.medium)}
      long:
${texts(TEXTS.long)}
`

export class Delegation {
  /** Where all of its nameservers listen. */
  readonly port: number
  /** The server of example.com. */
  readonly child: Server
  private readonly parent: Server
  private readonly balancers: DemoRegions
  private readonly balancerPort: number

  private constructor(port: number, parent: Server, child: Server, balancers: DemoRegions, balancerPort: number) {
    this.port = port
    this.parent = parent
    this.child = child
    this.balancers = balancers
    this.balancerPort = balancerPort
  }

  static async start(port: number): Promise<Delegation> {
    const at = (address: string) => () => `listen: ["${address}:${port}"]`
    const balancerPort = await freePort()
    const balancers = await startDemoRegions(
      [
        { id: 'near', address: NEAR },
        { id: 'far', address: FAR },
      ],
      balancerPort,
    )
    const parent = await Server.start({ traffic: PARENT_ZONES, settings: at(PARENT) })
    const child = await Server.start({ traffic: childZone(balancerPort), settings: at(CHILD) })
    return new Delegation(port, parent, child, balancers, balancerPort)
  }

  /** How many queries the server of example.com has answered, by this transport or by any. */
  async asked(transport = '[a-z]+'): Promise<number> {
    const metrics = await (await fetch(`${this.child.admin}/metrics`)).text()
    const counts = metrics.matchAll(
      new RegExp(`^meridian_dns_queries_total\\{transport="${transport}",[^}]*\\} (\\d+)$`, 'gm'),
    )
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
  }

  /** Makes the balancer that clients of Tokyo are sent to fail its check, or pass it again. */
  async setNear(well: boolean): Promise<void> {
    await fetch(`http://${NEAR}:${this.balancerPort}/${well ? 'recover' : 'fail'}`, { method: 'POST' })
  }

  async close(): Promise<void> {
    await this.child.close()
    await this.parent.close()
    await this.balancers.close()
  }
}

/** 53, the one that resolvers need not be told of, where that is allowed and free. */
export async function delegationPort(): Promise<number> {
  return (await mayListenOn53()) ? 53 : freePort()
}

function mayListenOn53(): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(53, CHILD, () => server.close(() => resolve(true)))
  })
}
