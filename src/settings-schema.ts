// The settings of a node as people write them, as JSON Schema (draft 7): published as config/server.schema.json.
import { type Static, Type } from 'typebox'
import { described, duration, mapWith, word } from './control-plane/traffic/schema-values.js'
import { ACME_DNS } from './settings-schema-acme-dns.js'
import { BEACON } from './settings-schema-beacon.js'
import { CLIENT_CERTIFICATES } from './settings-schema-client-certificates.js'
import { DNS_KEYS, ENDPOINT_TITLE } from './settings-schema-dns.js'
import { DNSSEC } from './settings-schema-dnssec.js'
import { EXTERNAL_DNS } from './settings-schema-external-dns.js'
import { FLEET } from './settings-schema-fleet.js'
import { KEYS } from './settings-schema-keys.js'
import { OIDC } from './settings-schema-oidc.js'
import { SAMPLE_KEYS } from './settings-schema-samples.js'
import { TELEMETRY } from './settings-schema-telemetry.js'

const path = (description: string, fallback?: string) =>
  Type.String({ title: 'a path', minLength: 1, ...described(description, fallback) })

const GEO = mapWith(
  {
    databases: Type.Optional(
      Type.Array(Type.String({ title: 'a path', minLength: 1 }), {
        title: 'a list of paths',
        ...described(
          'Your own .mmdb files, MaxMind or DB-IP, city or country; the bundled DB-IP City Lite where there are none.',
          [],
        ),
      }),
    ),
    'most-moved': Type.Optional(
      Type.String({
        title: 'a share such as 20%',
        pattern: '^(100|[1-9]?[0-9])%$',
        ...described('Of the clients of a name, the most that an update may send to another region unforced.', '20%'),
      }),
    ),
    'max-age-days': Type.Optional(
      Type.Number({ exclusiveMinimum: 0, ...described('Warn where the geo data are older than this many days.', 60) }),
    ),
  },
  'Where clients are.',
)

const TLS = mapWith(
  {
    certificate: path('The certificate chain, PEM.'),
    key: path('Its private key, PEM.'),
  },
  'Serves the API over HTTPS.',
)

const ADMIN = mapWith(
  {
    listen: Type.Optional(
      Type.String({ title: ENDPOINT_TITLE, ...described('Where the admin API is.', '127.0.0.1:8053') }),
    ),
    'token-file': Type.Optional(
      path('The file with the token that callers must show; one is made in the state directory unless told.'),
    ),
    tls: Type.Optional(TLS),
    'client-certificates': Type.Optional(CLIENT_CERTIFICATES),
    oidc: Type.Optional(OIDC),
    'changes-per-minute': Type.Optional(
      Type.Integer({
        minimum: 0,
        ...described(
          'How many changes one token may make in a minute; reading has a limit of its own. 0: no limit.',
          100,
        ),
      }),
    ),
    'allow-insecure': Type.Optional(
      Type.Boolean(
        described('true lets it listen beyond this machine without TLS; the token then travels in clear.', false),
      ),
    ),
  },
  'The admin API.',
)

const RATE_LIMIT = mapWith(
  {
    'per-second': Type.Optional(
      Type.Integer({
        minimum: 0,
        ...described(
          'Answers a second to one address in the long run; networks around it may have more. 0: no limit.',
          1000,
        ),
      }),
    ),
    burst: Type.Optional(
      Type.Integer({ minimum: 1, ...described('Answers beyond that which one address may get at once.', 2000) }),
    ),
    slip: Type.Optional(
      Type.Integer({
        minimum: 0,
        ...described(
          'Each how many-th answer that is held back is sent truncated, so that it is asked for by TCP; 0: none.',
          1,
        ),
      }),
    ),
    'dry-run': Type.Optional(Type.Boolean(described('Count what would be held back, and hold nothing back.', false))),
    exempt: Type.Optional(
      Type.Array(Type.String({ title: 'a network, such as 192.0.2.0/24' }), {
        title: 'a list of networks',
        ...described('Networks that are never limited.', ['127.0.0.0/8', '::1/128']),
      }),
    ),
  },
  'How much one client may ask for by UDP, where its address may be forged.',
)

const HEALTH = mapWith(
  {
    'self-checks': Type.Optional(
      Type.Array(Type.String({ title: ENDPOINT_TITLE }), {
        title: 'a list of addresses with ports',
        ...described(
          'TCP servers that answer whenever this machine has a network: a gateway, a resolver. One that answers clears the prober.',
          [],
        ),
      }),
    ),
    'suspect-share': Type.Optional(
      Type.String({
        title: 'a share such as 70%',
        pattern: '^(100|[1-9][0-9]?)%$',
        ...described('The share of addresses that must fall silent at once before the prober suspects itself.', '70%'),
      }),
    ),
    source: Type.Optional(
      Type.Array(Type.String({ title: 'an IP address' }), {
        title: 'a list of IP addresses',
        maxItems: 2,
        ...described(
          'Addresses of this machine that probes are sent from, one a family; the system chooses otherwise.',
          [],
        ),
      }),
    ),
    probes: Type.Optional(
      Type.Integer({
        title: 'a number from 1 to 100000',
        minimum: 1,
        maximum: 100_000,
        ...described('So many probes run at a time; others wait for their turn.', 4096),
      }),
    ),
    'probes-per-address': Type.Optional(
      Type.Integer({
        title: 'a number from 1 to 1000',
        minimum: 1,
        maximum: 1000,
        ...described('So many of them at one address.', 16),
      }),
    ),
    exec: Type.Optional(Type.Boolean(described('true lets checks of the document run programs on this node.', false))),
  },
  'How this node probes.',
)

const WEBHOOK = mapWith(
  {
    url: Type.String({ title: 'an http or https address', pattern: '^https?://[!-~]+$', description: 'Where to.' }),
    'secret-file': Type.Optional(
      path('The file with the secret that messages are signed with; they are unsigned without.'),
    ),
  },
  'Told of every change of health by a POST.',
)

const HISTORY = mapWith(
  {
    revisions: Type.Optional(
      Type.Integer({ minimum: 1, ...described('How many revisions of the traffic document are kept.', 1000) }),
    ),
    megabytes: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, ...described('How much room they may take; the newest is always kept.', 64) }),
    ),
  },
  'What is kept of the traffic document’s past, in the state directory.',
)

const OVERRIDES = mapWith(
  {
    longest: Type.Optional(duration('For how long an override may be made at a time; it can be extended.', '72h')),
  },
  'Temporary words of operators on regions.',
)

export const SETTINGS_SCHEMA = mapWith(
  {
    traffic: Type.Optional(path('The traffic document.', 'traffic.yaml')),
    'state-directory': Type.Optional(
      path('Where this node keeps what it must remember: saved health, the token.', 'state'),
    ),
    listen: Type.Optional(
      Type.Array(Type.String({ title: ENDPOINT_TITLE }), {
        title: 'a list of addresses with ports',
        minItems: 1,
        ...described('Where DNS is answered, over UDP and TCP.', ['127.0.0.1:5300']),
      }),
    ),
    workers: Type.Optional(
      Type.Unsafe<number | string>({
        title: 'a number of threads from 1 to 256, or auto',
        type: ['integer', 'string'],
        minimum: 1,
        maximum: 256,
        pattern: '^auto$',
        ...described('Threads that answer UDP.', 'auto'),
      }),
    ),
    udp: Type.Optional(
      word(
        ['auto', 'batch', 'dgram'],
        'How packets are received: in batches where the system can, or one by one.',
        'auto',
      ),
    ),
    'rate-limit': Type.Optional(RATE_LIMIT),
    keys: Type.Optional(KEYS),
    ...DNS_KEYS,
    geo: Type.Optional(GEO),
    fleet: Type.Optional(FLEET),
    health: Type.Optional(HEALTH),
    webhooks: Type.Optional(
      Type.Array(WEBHOOK, { title: 'a list of webhooks', ...described('Who is told of changes of health.', []) }),
    ),
    admin: Type.Optional(ADMIN),
    dnssec: Type.Optional(DNSSEC),
    beacon: Type.Optional(BEACON),
    'acme-dns': Type.Optional(ACME_DNS),
    'external-dns': Type.Optional(EXTERNAL_DNS),
    history: Type.Optional(HISTORY),
    overrides: Type.Optional(OVERRIDES),
    ...SAMPLE_KEYS,
    telemetry: Type.Optional(TELEMETRY),
    'log-level': Type.Optional(
      word(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'The least grave messages that are logged.', 'info'),
    ),
  },
  'What belongs to one node; whom it serves with what is in the traffic document.',
)

export type WrittenSettings = Static<typeof SETTINGS_SCHEMA>
