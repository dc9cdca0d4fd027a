// A node for tests of the API: a real file, a real publisher and the real line; only what it counts is made up.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { type Logger, pino } from 'pino'
import type { AdminPort, SamplesPort } from '../../../src/control-plane/admin/port.js'
import { REPEAT_LIMITS } from '../../../src/control-plane/admin/repeats.js'
import { type AdminServerOptions, createAdminServer } from '../../../src/control-plane/admin/server.js'
import { Tokens } from '../../../src/control-plane/admin/tokens.js'
import { landCells } from '../../../src/control-plane/geo/cells.js'
import type { Locate } from '../../../src/control-plane/geo/library.js'
import { IDLE } from '../../../src/control-plane/health/crew.js'
import type { Health } from '../../../src/control-plane/health/health.js'
import { Audit } from '../../../src/control-plane/operate/audit.js'
import type { BalanceFacts } from '../../../src/control-plane/operate/balance-desk.js'
import { catchment } from '../../../src/control-plane/operate/catchment.js'
import { DrillBook } from '../../../src/control-plane/operate/drill-book.js'
import { drillRules } from '../../../src/control-plane/operate/drill-rules.js'
import { Drills } from '../../../src/control-plane/operate/drills.js'
import type { NodeEvent } from '../../../src/control-plane/operate/event.js'
import { explain } from '../../../src/control-plane/operate/explain.js'
import { GeoRefused } from '../../../src/control-plane/operate/geo-desk.js'
import type { Incident } from '../../../src/control-plane/operate/incident.js'
import { LatencyDesk } from '../../../src/control-plane/operate/latency-desk.js'
import { Loads } from '../../../src/control-plane/operate/loads.js'
import { NetworksNear } from '../../../src/control-plane/operate/networks-near.js'
import { Overrides } from '../../../src/control-plane/operate/overrides.js'
import { placePopulation } from '../../../src/control-plane/operate/population.js'
import { Rates } from '../../../src/control-plane/operate/rates.js'
import { RecentQueries } from '../../../src/control-plane/operate/recent.js'
import { Safety } from '../../../src/control-plane/operate/safety.js'
import type { SampledQuery } from '../../../src/control-plane/operate/sampled.js'
import { placeClients } from '../../../src/control-plane/operate/seen-clients.js'
import { TopQueries } from '../../../src/control-plane/operate/top.js'
import { FolderShelf } from '../../../src/control-plane/state/folder-shelf.js'
import { OwnValue } from '../../../src/control-plane/state/own-value.js'
import { Durations } from '../../../src/control-plane/trace/durations.js'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import { Revisions } from '../../../src/control-plane/traffic/revisions.js'
import type { TrafficStore } from '../../../src/control-plane/traffic/store.js'
import { openDesk } from '../keys/key-desk.js'
import { makeWorld } from '../operate/world.js'

export const TOKEN = 'let-me-in-0123456789'

export const DOCUMENT = `# The document of the tests.
checks:
  api: { type: http, port: 8080 }
  told: { type: push }
regions:
  us-east:
    location: [38.95, -77.45]   # Virginia
    addresses: [192.0.2.1]
    checks: [api]
  eu-central: { location: [50.11, 8.68], addresses: [192.0.2.3, "2001:db8::3"], checks: [api], weight: 50 } # Frankfurt
  spare: { addresses: [192.0.2.9], enabled: false, capacity: 10, description: in the cellar }
zones:
  example.com:
    nameservers: [ns1.example.com]
    soa: { serial: 7 }
    records:
      ns1: { type: A, data: 192.0.2.53 }
      "@": { steer: nearest, ttl: 30s }   # the zone itself
      api:
        - { type: TXT, data: '"hello"' }
        - { steer: nearest, ttl: { max: 60s, min: 5s } }   # the steered one
      deep.api.example.com.: { steer: nearest }
      www: { type: CNAME, data: api.example.com. }
  other.example:
    nameservers: [ns1.example.com]
safety:
  thaw: { facts: { frozen: false } }
`

/** Tests call more often than people, and guess more often than attackers. */
export const NO_LIMITS = { changesPerMinute: 0, readsPerMinute: 0, guesses: { most: 0, lockMs: 0 } }

export interface TestNode {
  readonly app: FastifyInstance
  readonly port: AdminPort
  readonly store: TrafficStore
  readonly latency: LatencyDesk
  /** Lines of the log, parsed. */
  readonly lines: Record<string, unknown>[]
  readonly logger: Logger
  /** Lets something happen. */
  tell(event: NodeEvent): void
  /** How many follow what happens. */
  listeners(): number
  health: Health
  balance: BalanceFacts | undefined
  incidents: readonly Incident[]
  ready: boolean
  /** Of what the node keeps. */
  readonly folder: string
  text(): Promise<string>
  /** Writes the file by hand, and waits until that was seen. */
  rewrite(text: string): Promise<void>
  /** A request with the token. */
  call(method: string, url: string, options?: Omit<InjectOptions, 'method' | 'url'>): Promise<LightMyRequestResponse>
  close(): Promise<void>
}

function sampledPort(queries: readonly SampledQuery[], locate: Locate): SamplesPort {
  const now = Date.now()
  const top = new TopQueries(now - 60_000)
  const recent = new RecentQueries(100)
  for (const query of queries) {
    top.add(query)
    recent.add(query)
  }
  return {
    oneIn: 100,
    top: (by, window, limit) => top.top(by, window, limit, now),
    recent: (filter, limit) => recent.list(filter, limit),
    clients: async window => placeClients(top.sent(window, now), locate),
    demand: window => top.demand(window, now),
    counts: () => ({ read: queries.length, skipped: 2, sinks: [{ sink: 'dnstap', written: 5, lost: 1 }] }),
  }
}

/** @param sampled what the node has seen of queries; none: it does not look */
export async function startTestNode(
  text = DOCUMENT,
  options: Partial<AdminServerOptions> = {},
  sampled: readonly SampledQuery[] | 'none' = [],
  located?: Parameters<typeof makeWorld>[1],
): Promise<TestNode> {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-admin-'))
  const path = join(folder, 'traffic.yaml')
  await writeFile(path, text)
  // For documents that name a latency table.
  await writeFile(join(folder, 'rtt.csv'), 'client,region,ms\n')
  const revisions = await Revisions.open(folder, {
    limits: { count: 100, bytes: 1e6 },
    onProblem: sentence => {
      throw new Error(sentence)
    },
  })
  const store = await openFileStore(path, { revisions })
  const { publisher, sources } = await makeWorld(store.current().document, located)
  const desk = await openDesk(folder, { wall: Date.now() / 1000 })
  const audit = await Audit.open(join(folder, 'audit.log'), {
    onProblem: sentence => {
      throw new Error(sentence)
    },
  })
  const overrides = new Overrides({
    kept: new OwnValue(join(folder, 'overrides.json'), Overrides.NONE),
    longestMs: 3600_000,
    document: () => store.current().document,
    health: () => new Map(),
    apply: forced => publisher.setForced(forced),
    onExpired: () => undefined,
    onProblem: sentence => {
      throw new Error(sentence)
    },
  })
  const loads = new Loads()
  const safety = new Safety({
    kept: new OwnValue(join(folder, 'safety.json'), Safety.NONE),
    document: store.current().document,
    health: () => state.health,
    forced: () => publisher.current()?.forced ?? new Map(),
    world: () => publisher.current()?.world,
    onProblem: sentence => {
      throw new Error(sentence)
    },
  })
  const latency = new LatencyDesk({
    store,
    publisher,
    locate: async () => sources().locate,
    now: Date.now,
    against: (name, table) => safety.judgeTable(name, table),
  })
  await latency.serve(store.current().document)
  const drills = new Drills({
    shelf: await DrillBook.open(join(folder, 'drills'), sentence => {
      throw new Error(sentence)
    }),
    silenceMs: 0,
    document: () => store.current().document,
    health: () => state.health,
    published: () => publisher.current(),
    overrides,
    faults: { inject: () => undefined, lift: () => undefined, whyNoFault: () => undefined },
    tally: () => ({ answers: {}, replies: 0, failed: 0 }),
    rates: () => ({}),
    samples: () => [],
    locate: async () => sources().locate,
    announce: moves => publisher.setPlanned(moves),
    rules: drillRules({ safety, overrides, onBroken: () => undefined }),
    onMove: () => undefined,
    onProblem: sentence => {
      throw new Error(sentence)
    },
  })
  store.onChange(({ document }) => {
    safety.served(document)
    overrides.refresh()
    return latency.serve(document)
  })
  const lines: Record<string, unknown>[] = []
  const logger = pino({ level: 'info' }, { write: line => void lines.push(JSON.parse(line)) })
  const state = {
    health: new Map() as Health,
    ready: true,
    listeners: new Set<(event: NodeEvent) => void>(),
    incidents: [] as readonly Incident[],
    balance: undefined as BalanceFacts | undefined,
  }
  const rates = new Rates()
  const port: AdminPort = {
    release: '0.1.0-test',
    startedAt: Date.now() - 5000,
    store,
    overrides,
    safety,
    drills,
    fleet: () => undefined,
    tokens: new Tokens(new OwnValue(join(folder, 'tokens.json'), Tokens.NONE)),
    audit,
    replies: new FolderShelf(join(folder, 'replies'), REPEAT_LIMITS),
    incidents: { list: () => state.incidents, get: id => state.incidents.find(one => one.id === id) },
    geo: {
      // Only what is not asked of the guard is made up.
      update: async ({ from, dryRun }, guard) => {
        if (!from.startsWith('good')) throw new GeoRefused(`${from} cannot be had`)
        const change = { file: '/data/cities.mmdb', builtAt: { before: 1, after: 2 }, names: [], objections: [] }
        const { world } = publisher.current()!
        const moved = { ...world, maps: new Map([...world.maps].map(([key, pair]) => [key, { ...pair }])) }
        const after = from.startsWith('good-others') ? moved : world
        if (dryRun) return { ...change, rules: guard.judge(after), applied: false }
        guard.pass(after).settle(true)
        return { ...change, applied: true }
      },
      consider: async ({ from }, _document, look) => {
        if (!from.startsWith('good')) throw new GeoRefused(`${from} cannot be had`)
        return look(publisher.current()!.world, sources().locate)
      },
    },
    loads,
    balance: () => state.balance,
    latency,
    locate: async () => sources().locate,
    networkNear: place => new NetworksNear(async () => sources().locate).find(place),
    population: () => placePopulation(sources().locate),
    published: () => (state.ready ? publisher.current() : undefined),
    health: () => state.health,
    prober: {
      state: () => ({
        ...IDLE,
        targets: 3,
        suspicions: [{ family: 6, since: 0, silent: 3, of: 3 }],
        restarts: 0,
        durations: [],
      }),
      recent: () => [{ endedAt: 0, ms: 3, passed: false, heard: true, error: 'x', phases: { connectMs: 1 } }],
      poll: () => undefined,
      tell: (_check, address) => address === undefined,
      signal: (_region, { address }) => address === undefined,
      release: () => true,
    },
    subscribe: listener => {
      state.listeners.add(listener)
      return () => void state.listeners.delete(listener)
    },
    requests: new Durations(),
    webhooks: () => ({ delivered: 4, dead: 1, waiting: 0 }),
    listeners: () => [
      { transport: 'udp', address: '127.0.0.1', port: 5300, by: 'dgram', workers: 1, precedence: 'none' },
    ],
    databases: () => [
      { file: '/data/cities.mmdb', type: 'City', families: [4, 6], builtAt: 1e12, ageDays: 75, warning: 'old' },
    ],
    counts: () => ({
      queries: [{ transport: 'udp', type: 'A', count: 12 }],
      responses: [
        { zone: 'example.com.', rcode: 'NOERROR', count: 10 },
        { zone: '', rcode: 'REFUSED', count: 2 },
      ],
      regions: [{ region: 'us-east', count: 8 }],
      rungs: [{ rung: 'serve-all', count: 1 }],
      durations: [],
      office: [{ work: 'axfr', outcome: 'NOERROR', count: 2 }],
      scalars: { dropped: 3, truncated: 0, unlocated: 1, withSubnet: 4 },
    }),
    eventLoopLag: () => ({ meanMs: 1, p99Ms: 20, maxMs: 50 }),
    explain: async question => explain(sources(), question),
    catchment: (name, type) => catchment(publisher.current()!, landCells(), name, type),
    rates: span => rates.series(span, Date.now()),
    consider: document => publisher.compileAside(document),
    samples: sampled === 'none' ? undefined : sampledPort(sampled, sources().locate),
    telemetry: () => [{ signal: 'traces', sent: 3, lost: 1 }],
    dnssec: {
      ...desk,
      signatures: () => publisher.signatureCounts(),
      jump: () => 0,
      cutOff: () => undefined,
      signerProblem: () => undefined,
    },
  }
  const app = await createAdminServer(port, { token: TOKEN, logger, limits: NO_LIMITS, ...options })
  return {
    app,
    folder,
    port,
    store,
    latency,
    lines,
    logger,
    tell: event => {
      for (const listener of state.listeners) listener(event)
    },
    listeners: () => state.listeners.size,
    get balance() {
      return state.balance
    },
    set balance(balance) {
      state.balance = balance
    },
    get health() {
      return state.health
    },
    set health(health) {
      state.health = health
    },
    get incidents() {
      return state.incidents
    },
    set incidents(incidents) {
      state.incidents = incidents
    },
    get ready() {
      return state.ready
    },
    set ready(ready) {
      state.ready = ready
    },
    text: () => readFile(path, 'utf8'),
    rewrite: async anew => {
      await writeFile(path, anew)
      await store.reread()
    },
    call: (method, url, { headers, ...rest } = {}) =>
      // Methods that the type does not list are what some tests are about.
      app.inject({ method: method as 'GET', url, headers: { authorization: `Bearer ${TOKEN}`, ...headers }, ...rest }),
    close: async () => {
      store.close()
      await drills.close()
      await overrides.close()
      await safety.close()
      await app.close()
      await revisions.close()
      await audit.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
