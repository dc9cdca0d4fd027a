// A world for tests of the office: a real file and the real store; the line, the time and the network are made up.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import type { TrafficStore } from '../../../src/control-plane/traffic/store.js'
import { Archive } from '../../../src/control-plane/transfer/archive.js'
import { Office } from '../../../src/control-plane/transfer/office.js'
import { countSerial, remember, type Serials } from '../../../src/control-plane/transfer/serials.js'
import { parseAddress, parsePrefix } from '../../../src/dns/address.js'
import { decodeMessage, type Message, type ResourceRecord } from '../../../src/dns/message.js'
import { bareReply } from '../../../src/dns/message-reply.js'
import { MessageWriter, SECTION } from '../../../src/dns/message-writer.js'
import { parseName } from '../../../src/dns/name.js'
import { CLASS, OPCODE, TYPE } from '../../../src/dns/numbers.js'
import { encodeRdata } from '../../../src/dns/rdata.js'
import { type TsigKey, tsigKeys } from '../../../src/dns/tsig.js'
import { signRequest } from '../../../src/dns/tsig-check.js'

export const ORIGIN = parseName('example.com.')
export const ACME: TsigKey = { name: parseName('acme.'), algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) }
export const XFER: TsigKey = { name: parseName('xfer.'), algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(2) }

export const DOCUMENT = `# The document of the tests.
regions: { east: { addresses: [192.0.2.1] } }
zones:
  example.com:
    nameservers: [ns.example.net]
    transfer: { allow: [192.0.2.53, "2001:db8::/32", xfer] }
    update:
      - { key: acme, names: ["_acme-challenge", "_acme-challenge.*"] }
      - { key: acme, names: ["@", host, alias, "*.dyn", mixed], types: [A, AAAA, CNAME, MX, TXT, NS] }
    records:
      host: { type: A, data: 192.0.2.80 }   # the web server
      mixed:
        - { type: TXT, data: '"one"', ttl: 5m }   # the first
        - { type: TXT, data: '"two"', ttl: 5m }
        - { type: MX, data: "10 host" }
      "@": { type: MX, data: "10 mail.example.net." }
      api: { steer: nearest }
  other.example: { nameservers: [ns.example.net] }
`

export class OfficeWorld {
  readonly office: Office
  readonly archive = new Archive()
  /** What it told, in words and in counts. */
  readonly told: string[] = []
  readonly counted: string[] = []
  /** What went into the audit log. */
  readonly audited: object[] = []
  now = 1000
  /** What the line would say. */
  line = (query: Uint8Array): Uint8Array => bareReply(query, 0)
  /** What explain would say beside what it was asked. */
  sentences: readonly string[] = []
  private serials: Serials = {}

  readonly store: TrafficStore
  private readonly path: string

  private constructor(store: TrafficStore, path: string) {
    this.store = store
    this.path = path
    const { archive } = this
    this.office = new Office({
      store,
      keys: tsigKeys([ACME, XFER]),
      archive,
      line: query => this.line(query),
      explain: {
        to: [parsePrefix('198.51.100.0/24')!],
        sentences: async (...asked) => [asked.join(' '), ...this.sentences],
      },
      now: () => this.now,
      events: {
        count: (work, outcome) => this.counted.push(`${work} ${outcome}`),
        info: sentence => this.told.push(sentence),
        warn: sentence => this.told.push(sentence),
        record: async entry => void this.audited.push(entry),
      },
    })
  }

  static async make(text = DOCUMENT): Promise<OfficeWorld> {
    const path = join(await mkdtemp(join(tmpdir(), 'meridian-office-')), 'traffic.yaml')
    await writeFile(path, text)
    let world: OfficeWorld | undefined
    const serial = () => countSerial(world?.serials ?? {}, world?.now ?? 1000)
    world = new OfficeWorld(await openFileStore(path, { serial }), path)
    world.serve()
    world.store.onChange(() => world.serve())
    return world
  }

  private serve(): void {
    const { document } = this.store.current()
    this.serials = remember(this.serials, document)
    this.archive.take(document)
  }

  text(): Promise<string> {
    return readFile(this.path, 'utf8')
  }

  async rewrite(change: (text: string) => string): Promise<void> {
    await writeFile(this.path, change(await this.text()))
    await this.store.reread()
  }

  serial(): number {
    return this.store.current().document.zones.get('example.com.')!.soa.serial
  }

  /** All messages of the answer. */
  async ask(
    message: Uint8Array,
    { sender = '198.51.100.7', transport = 'tcp' as 'tcp' | 'udp' } = {},
  ): Promise<Uint8Array[]> {
    const answers: Uint8Array[] = []
    for await (const answer of this.office.answer({ message, sender: parseAddress(sender)!, transport }))
      answers.push(answer)
    return answers
  }

  /** The rcode of an update that is signed with a key. */
  async update(parts: Partial<UpdateParts>, key = ACME): Promise<number> {
    const [answer] = await this.ask(signRequest(updateMessage(parts), key, this.now))
    return decodeMessage(answer!).rcode
  }

  async close(): Promise<void> {
    this.store.close()
    await rm(join(this.path, '..'), { recursive: true, force: true })
  }
}

export interface UpdateParts {
  readonly zone: string
  readonly prerequisites: readonly ResourceRecord[]
  readonly changes: readonly ResourceRecord[]
}

export function updateMessage({
  zone = 'example.com.',
  prerequisites = [],
  changes = [],
}: Partial<UpdateParts>): Uint8Array {
  const writer = new MessageWriter(77, OPCODE.UPDATE << 11, 4096)
  writer.question(parseName(zone), TYPE.SOA)
  for (const record of prerequisites) writer.record(SECTION.answer, record)
  for (const record of changes) writer.record(SECTION.authority, record)
  return writer.finish()
}

/** A record of an update: `IN` adds, `NONE` takes one away, `ANY` all. */
export function rr(
  owner: string,
  rclass: keyof typeof CLASS,
  type: keyof typeof TYPE,
  data = '',
  ttl = 0,
): ResourceRecord {
  const rdata = data === '' ? new Uint8Array() : encodeRdata(TYPE[type], data, ORIGIN)
  return { owner: parseName(owner, ORIGIN), type: TYPE[type], rclass: CLASS[rclass], ttl, rdata }
}

export function question(type: number, serial?: number, origin = 'example.com.'): Uint8Array {
  const writer = new MessageWriter(5, 0, 1000)
  writer.question(parseName(origin), type)
  if (serial !== undefined) writer.record(SECTION.authority, rr('@', 'IN', 'SOA', `. . ${serial} 0 0 0 0`))
  return writer.finish()
}

export const recordsIn = (messages: readonly Uint8Array[]): readonly ResourceRecord[] =>
  messages.map((message): Message => decodeMessage(message)).flatMap(({ answers }) => answers)
