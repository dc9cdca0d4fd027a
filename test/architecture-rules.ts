// The architecture as data: who may import whom, and which package lives where. architecture-checks.ts holds modules against it.

/** What a place may import beside itself. A place is a folder (ends in /) or a module; the most exact one holds. */
export interface Layer {
  readonly rule: string
  readonly place: string
  readonly may: readonly string[]
  readonly mayTypes?: readonly string[]
}

const DNS = 'src/dns/'
const SNAPSHOT = 'src/snapshot/'
const DATA = 'src/data-plane/'
const CONTROL = 'src/control-plane/'
const TRAFFIC = `${CONTROL}traffic/`
/** The settings, and their schemas beside them. */
const SETTINGS_SCHEMAS = [
  'src/settings-schema',
  'src/settings-schema-acme-dns',
  'src/settings-schema-beacon',
  'src/settings-schema-client-certificates',
  'src/settings-schema-dns',
  'src/settings-schema-dnssec',
  'src/settings-schema-external-dns',
  'src/settings-schema-fleet',
  'src/settings-schema-keys',
  'src/settings-schema-oidc',
  'src/settings-schema-samples',
  'src/settings-schema-telemetry',
]
const SETTINGS = [
  'src/settings',
  'src/settings-acme-dns',
  'src/settings-beacon',
  'src/settings-client-certificates',
  'src/settings-dns',
  'src/settings-dnssec',
  'src/settings-endpoint',
  'src/settings-external-dns',
  'src/settings-fleet',
  'src/settings-keys',
  'src/settings-oidc',
  'src/settings-samples',
  'src/settings-span',
  'src/settings-telemetry',
  ...SETTINGS_SCHEMAS,
]
const NATIVE = 'src/native'
const OWN = ['src/log', NATIVE, ...SETTINGS]

/** `dns ← snapshot ← {data-plane, control-plane} ← node ← cli ← main` */
export const LAYERS: readonly Layer[] = [
  { rule: 'the protocol imports nothing of ours', place: DNS, may: [] },
  { rule: 'the snapshot imports only the protocol', place: SNAPSHOT, may: [DNS] },
  {
    rule: 'the data plane imports only the protocol, the snapshot and calls of the system',
    place: DATA,
    may: [DNS, SNAPSHOT, NATIVE],
  },
  {
    rule: 'the control plane imports only the protocol, the snapshot and calls of the system',
    place: CONTROL,
    may: [DNS, SNAPSHOT, NATIVE],
  },
  { rule: 'calls of the system import nothing of ours', place: NATIVE, may: [] },
  { rule: 'the log imports nothing of ours', place: 'src/log', may: [] },
  { rule: 'the settings import only what reads documents', place: 'src/settings', may: [...SETTINGS, DNS, TRAFFIC] },
  ...SETTINGS.slice(1).map(place => ({
    rule: 'the parts of the settings import only each other, the protocol, and what reads documents',
    place,
    may: SETTINGS_SCHEMAS.includes(place) ? [...SETTINGS_SCHEMAS, DNS, TRAFFIC] : [...SETTINGS, DNS, TRAFFIC],
  })),
  { rule: 'a node knows no command', place: 'src/node/', may: [DNS, SNAPSHOT, DATA, CONTROL, ...OWN] },
  {
    rule: 'a command is not told by main',
    place: 'src/cli/',
    may: [DNS, SNAPSHOT, DATA, CONTROL, ...OWN, 'src/node/'],
  },
  { rule: 'main may import all that is below it', place: 'src/main', may: ['src/'] },
  {
    rule: 'the dashboard imports only the types of the API',
    place: 'src/dashboard/',
    may: [],
    mayTypes: [`${CONTROL}admin/api`],
  },
]

const room = (rule: string, name: string, ...may: readonly string[]): Layer => ({
  rule,
  place: `${CONTROL}${name}/`,
  may: may.map(other => `${CONTROL}${other}/`),
  // The document is the language that all rooms speak; its words, not its deeds.
  mayTypes: [`${TRAFFIC}document`, `${TRAFFIC}document/`, `${TRAFFIC}problem`],
})

/** `threads ← {geo, balance, publish}; descent ← {traffic, publish}; trace ← {health, fleet, traffic}; state ← fleet; {state, health, fleet, geo} ← {keys, policies} ← {traffic, publish} ← {operate, transfer} ← admin` */
export const ROOMS: readonly Layer[] = [
  room('state stands on the ground', 'state'),
  room('health imports only how is told what is done', 'health', 'trace'),
  room('trace stands on the ground', 'trace'),
  room('fleet imports only how values are kept, and how is told what is done', 'fleet', 'state', 'trace'),
  room('threads stands on the ground', 'threads'),
  room('descent stands on the ground', 'descent'),
  room('geo imports only how its threads give way', 'geo', 'threads'),
  room('keys are kept in state, and know no zone but by its name', 'keys', 'state'),
  room('policies import only what is known of clients and regions', 'policies', 'health', 'fleet', 'geo'),
  room(
    'traffic does not import what publishes it',
    'traffic',
    'descent',
    'threads',
    'trace',
    'state',
    'health',
    'fleet',
    'geo',
    'policies',
  ),
  room('balance knows neither documents nor the clock', 'balance', 'threads'),
  room(
    'publish does not read documents itself',
    'publish',
    'descent',
    'threads',
    'health',
    'fleet',
    'geo',
    'keys',
    'policies',
  ),
  room(
    'transfer does not import admin',
    'transfer',
    'descent',
    'threads',
    'health',
    'fleet',
    'geo',
    'policies',
    'traffic',
    'publish',
  ),
  room('migrate only draws up documents, and knows which continent a country is in', 'migrate', 'traffic', 'geo'),
  room(
    'export draws up what other systems take, and asks nobody',
    'export',
    'health',
    'geo',
    'policies',
    'traffic',
    'publish',
    'migrate',
  ),
  room(
    'operate does not import admin',
    'operate',
    'balance',
    'state',
    'health',
    'fleet',
    'geo',
    'policies',
    'traffic',
    'publish',
  ),
  room(
    'admin imports all rooms',
    'admin',
    'descent',
    'trace',
    'state',
    'health',
    'fleet',
    'geo',
    'policies',
    'traffic',
    'publish',
    'keys',
    'operate',
    'transfer',
  ),
]

/** Things of one kind, one file each, and the table that lists them. */
export interface Family {
  readonly rule: string
  readonly folder: string
  readonly table: string
  /** Modules of the folder that belong to the family; all but the table where it is absent. */
  readonly members?: readonly string[]
  /** Modules of the folder that all members may stand on; they know no member. */
  readonly ground?: readonly string[]
}

export const FAMILIES: readonly Family[] = [
  {
    rule: 'steps of policies do not know each other',
    folder: `${CONTROL}policies/`,
    table: 'policy',
    ground: ['step', 'tiers', 'selection', 'words', 'may-leave-nobody', 'latency-orders'],
  },
  {
    rule: 'checks do not know each other',
    folder: `${CONTROL}health/`,
    table: 'check',
    members: ['http', 'tcp', 'tls', 'grpc', 'dns', 'icmp', 'exec', 'push', 'passive', 'metric'],
  },
  {
    rule: 'kinds of safety rules do not know each other',
    folder: `${CONTROL}operate/safety/`,
    table: 'judge',
    members: ['count', 'capacity', 'ladder', 'facts', 'wait', 'blackout'],
  },
  { rule: 'routes do not know each other', folder: `${CONTROL}admin/routes/`, table: 'routes' },
]

/** Packages and the only places that import them; `@fastify/*` is every package of that scope. */
export const PACKAGES: readonly (readonly [name: string, places: readonly string[]])[] = [
  ['koffi', [NATIVE]],
  ['undici', [`${CONTROL}health/http-client`]],
  [
    '@grpc/grpc-js',
    [...['call', 'cause', 'line', 'place'].map(of => `${CONTROL}health/grpc-${of}`), 'src/node/otlp-sender'],
  ],
  [
    '@opentelemetry/*',
    ['telemetry', 'telemetry-tally', 'span-tracer', 'drill-spans', 'takeover-spans', 'otlp-metrics'].map(
      of => `src/node/${of}`,
    ),
  ],
  ['maxmind', [`${CONTROL}geo/database`]],
  ['yaml', [`${TRAFFIC}yaml`, `${TRAFFIC}edit`]],
  ['fastify', [`${CONTROL}admin/`]],
  ['@fastify/*', [`${CONTROL}admin/`]],
  ['jose', [`${CONTROL}admin/oidc`]],
  ['pino', ['src/log']],
  ['highs', [`${CONTROL}balance/highs`]],
  ['ajv', [TRAFFIC, `${CONTROL}admin/`, ...SETTINGS]],
  ['typebox', [TRAFFIC, `${CONTROL}admin/`, ...SETTINGS]],
]
