// How checks are written, as JSON Schema.
import { type Static, type TSchema, Type } from 'typebox'
import type { CheckSpec } from './document/check.js'
import { choose, described, duration, mapWith, word } from './schema-values.js'

const TYPES = {
  http: 'an HTTP request',
  https: 'the same over TLS',
  tcp: 'a TCP connection',
  tls: 'a TLS handshake',
  grpc: 'the gRPC health protocol',
  dns: 'a DNS question',
  icmp: 'an ICMP echo',
  metric: 'a series of a Prometheus endpoint',
  exec: 'a program on the node',
  push: 'a state told through the API',
  passive: 'what load balancers and users see, told through the API',
  calculated: 'so many of other checks',
} satisfies Record<CheckSpec['type'], string>

const count = (description: string, fallback: number, maximum = 100) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, ...described(description, fallback) }))
const flag = (description: string, fallback: boolean) => Type.Optional(Type.Boolean(described(description, fallback)))
const plain = (title: string, description: string, fallback?: string) =>
  Type.Optional(Type.String({ title, minLength: 1, ...described(description, fallback) }))

const DAMPING = mapWith(
  {
    'half-life': Type.Optional(duration('In which a penalty becomes half of what it was.', '5m')),
    suppress: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 100,
        ...described('Going down adds 1 to the penalty; at this much the address is held down.', 3),
      }),
    ),
    reuse: Type.Optional(
      Type.Number({ minimum: 0.1, maximum: 100, ...described('Below this much it is let go; less than suppress.', 1) }),
    ),
    hold: Type.Optional(duration('It is held no longer than this after it last went down.', '30m')),
  },
  'Holds down what goes down too often, until it has been quiet for a while.',
)

const VOTES = mapWith(
  {
    quorum: Type.Optional(
      Type.Unsafe<'any' | 'majority' | 'all' | number>({
        title: 'any, majority, all, a number of nodes such as 2, or a share of them such as 0.18',
        type: ['string', 'number'],
        pattern: '^(any|majority|all)$',
        exclusiveMinimum: 0,
        maximum: 1000,
        ...described(
          'How many of those who vote must see an address up: any, one of them; majority, half of them; all; a whole number, so many of them; below 1, more than this share of them.',
          'majority',
        ),
      }),
    ),
    by: Type.Optional(
      word(['node', 'group'], 'Who has a vote: a node, or a group of them, in which the majority speaks.', 'node'),
    ),
    hold: Type.Optional(
      duration('For how long the last judgement holds where no votes are heard any more; then the own view counts.'),
    ),
    local: Type.Optional(
      word(
        ['follow', 'avoid'],
        'Where this node sees an address down and the votes see it up: follow, it goes by the votes; avoid, it steers its own clients away.',
        'follow',
      ),
    ),
  },
  'In a fleet: nodes judge together. Without it each judges by what it sees itself.',
)

const TYPE = {
  type: word(
    Object.keys(TYPES) as readonly CheckSpec['type'][], // exactly these keys, by `satisfies`
    `How an address is probed: ${Object.entries(TYPES)
      .map(([type, what]) => `${type}, ${what}`)
      .join('; ')}.`,
  ),
}

const MANNER = {
  observe: flag('true: it is shown, and decides nothing.', false),
  inverted: flag('true: it passes where it would fail.', false),
  enabled: flag('false: regions are judged as if they did not name it.', true),
}

/** What every check has that is probed. */
const COMMON = {
  ...TYPE,
  address: Type.Optional(
    Type.String({
      title: 'an IP address',
      description: 'Probed instead of the addresses of the regions; several regions can then depend on one thing.',
    }),
  ),
  interval: Type.Optional(duration('From one probe to the next; 1s or more.', '10s')),
  timeout: Type.Optional(duration('After how long a probe counts as failed; shorter than the interval.', '4s')),
  confirm: Type.Optional(
    duration(
      'From one probe to the next after a first failure, until it is confirmed; a fifth of the interval unless told.',
    ),
  ),
  fall: count('Failures in a row that take an address out; 1 for push unless told.', 3),
  rise: count('Passes in a row that bring it back; 1 for push unless told.', 2),
  steady: count('Passes in a row after which earlier failures are forgotten; with more than 1, failures add up.', 1),
  damping: Type.Optional(DAMPING),
  'max-latency': Type.Optional(
    duration('Fail while the 95th percentile of the last probes takes longer than this; no limit unless told.'),
  ),
  'latency-window': Type.Optional(
    Type.Integer({ minimum: 5, maximum: 100, ...described('How many probes that percentile is taken over.', 20) }),
  ),
  votes: Type.Optional(VOTES),
  ...MANNER,
}

const PORT = {
  port: Type.Integer({
    minimum: 1,
    maximum: 65535,
    ...described('The port that is probed, on every address of the region.'),
  }),
}

const CONNECTION = {
  ...PORT,
  'connect-timeout': Type.Optional(
    duration('Within which the connection must be open, TLS included; the timeout unless told.'),
  ),
}

const TLS = {
  'tls-timeout': Type.Optional(
    duration('Within which the TLS handshake must be over once the connection is open; the timeout unless told.'),
  ),
  'server-name': plain(
    'a host name',
    'The name that is asked for (SNI) and that the certificate must have; the host, or the address, unless told.',
  ),
  verify: flag('With TLS: fail where the certificate does not verify.', true),
  'minimum-days': Type.Optional(
    Type.Integer({ minimum: 0, maximum: 10_000, description: 'Fail where the certificate ends in fewer days.' }),
  ),
  'warning-days': Type.Optional(
    Type.Integer({ minimum: 0, maximum: 10_000, ...described('Warn where the certificate ends in fewer days.', 14) }),
  ),
  'client-certificate': Type.Optional(
    mapWith(
      {
        certificate: Type.String({
          title: 'a path',
          minLength: 1,
          description: 'The certificate chain, PEM; a file of the node.',
        }),
        key: Type.String({ title: 'a path', minLength: 1, description: 'Its private key, PEM.' }),
      },
      'What the prober shows of itself.',
    ),
  ),
}

const HOST = Type.Optional(
  Type.String({
    title: 'a host name',
    pattern: '^[!-~]+$',
    description:
      'The Host header and, with TLS, the name that the certificate must have; the address itself unless told.',
  }),
)

const PATH = (description: string, fallback?: string) =>
  Type.Optional(
    Type.String({
      title: 'a path that begins with /',
      pattern: '^/[!-~]*$',
      ...described(description, fallback),
    }),
  )

const STATUS = Type.Unsafe<string | number>({
  title: 'a status code such as 301, or a range such as 200-299',
  type: ['string', 'integer'],
  pattern: '^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$',
  minimum: 100,
  maximum: 599,
})

const BODY = mapWith(
  {
    contains: plain('text', 'A text that must be in the body.'),
    matches: plain('a regular expression', 'A regular expression that must match, as JavaScript writes them.'),
    json: Type.Optional(
      Type.Unsafe<{ readonly [pointer: string]: string | number | boolean | null }>({
        title: 'a map from JSON pointers to values',
        type: 'object',
        minProperties: 1,
        propertyNames: { title: 'a JSON pointer, such as /status', pattern: '^(/.*)?$' },
        additionalProperties: {
          title: 'a text, a number, true, false or null',
          type: ['string', 'number', 'boolean', 'null'],
        },
        description: 'Values that must be in the body, by JSON pointer.',
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_048_576, ...described('Bytes of the body that are read.', 65_536) }),
    ),
  },
  'What the body must be like.',
)

const HTTP = mapWith(
  {
    ...COMMON,
    ...CONNECTION,
    ...TLS,
    method: Type.Optional(word(['GET', 'HEAD'], 'The method of the request.', 'GET')),
    path: PATH('What is asked for.', '/'),
    host: HOST,
    headers: Type.Optional(
      Type.Unsafe<{ readonly [name: string]: string }>({
        title: 'a map of headers',
        type: 'object',
        propertyNames: { title: 'the name of a header', pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
        additionalProperties: { title: 'the value of a header', type: 'string', pattern: '^[\\t -~]*$' },
        description: 'Headers besides Host; User-Agent is meridian unless told.',
      }),
    ),
    expect: Type.Optional(
      Type.Array(STATUS, { minItems: 1, ...described('Status codes and ranges of them that pass.', ['200-299']) }),
    ),
    body: Type.Optional(BODY),
    reuse: flag('true: ask on the connection of the probe before, while it is open; HTTP/1.1 only.', false),
    http2: flag('https only: speak HTTP/2, and fail where the server does not.', false),
  },
  'Passes when an HTTP request is answered in time with an expected status and body.',
)

const TCP = mapWith(
  {
    ...COMMON,
    ...CONNECTION,
    send: plain('text', 'Sent when the connection is open.'),
    receive: plain('text', 'A text that must come back.'),
  },
  'Passes when a TCP connection opens in time, and what is expected comes back.',
)

const TLS_ONLY = mapWith({ ...COMMON, ...CONNECTION, ...TLS }, 'Passes when a TLS handshake ends well.')

const GRPC = mapWith(
  {
    ...COMMON,
    ...CONNECTION,
    ...TLS,
    host: HOST,
    tls: flag('true: over TLS.', false),
    service: Type.Optional(
      Type.String({
        title: 'the name of a service',
        ...described('The service that is asked about; the server as a whole unless told.'),
      }),
    ),
  },
  'Passes when the gRPC health service says SERVING.',
)

const DNS = mapWith(
  {
    ...COMMON,
    ...PORT,
    name: Type.String({ title: 'a domain name', minLength: 1, description: 'The name that is asked for; dns only.' }),
    'record-type': Type.Optional(
      Type.String({ title: 'a record type', ...described('The type that is asked for.', 'A') }),
    ),
    rcode: Type.Optional(
      word(['NOERROR', 'NXDOMAIN', 'REFUSED', 'SERVFAIL'], 'The response code that passes.', 'NOERROR'),
    ),
    answer: plain('the data of a record', 'Data that a record of the answer must have, as in a zone file.'),
  },
  'Passes when a DNS server answers as expected, over UDP.',
)

const ICMP = mapWith({ ...COMMON }, 'Passes when an ICMP echo request is answered.')

const METRIC = mapWith(
  {
    ...COMMON,
    ...CONNECTION,
    ...TLS,
    host: HOST,
    tls: flag('true: over TLS.', false),
    path: PATH('What is asked for; /metrics unless told.'),
    series: Type.String({
      title: 'the name of a series',
      minLength: 1,
      description: 'Its name, with labels that it must have: queue_length{queue="mail"}; metric only.',
    }),
    max: Type.Optional(Type.Number({ description: 'The most that every sample may be.' })),
    min: Type.Optional(Type.Number({ description: 'The least that every sample may be.' })),
  },
  'Passes while a series of a Prometheus text endpoint lies within bounds.',
)

const EXEC = mapWith(
  {
    ...COMMON,
    command: Type.Array(Type.String({ title: 'a program or an argument' }), {
      title: 'a list: a program and its arguments',
      minItems: 1,
      description: 'Program and arguments, without a shell; exec only. It runs where server.yaml allows it.',
    }),
  },
  'Passes when a program of the node ends with code 0.',
)

const PUSH = mapWith(
  {
    ...COMMON,
    'max-age': Type.Optional(duration('A state that was told longer ago than this is no state; push only.', '60s')),
  },
  'Passes while the last state that was told through the API is up.',
)

const PASSIVE = mapWith(
  {
    ...COMMON,
    'max-age': Type.Optional(duration('What was told longer ago than this says nothing; passive only.', '60s')),
    'error-rate': Type.Optional(
      Type.String({
        title: 'a share such as 5%',
        pattern: '^(100|[0-9]{1,2}([.][0-9]+)?)%$',
        ...described('The share of requests from which on their errors are a failure; passive only.', '5%'),
      }),
    ),
    samples: Type.Optional(
      Type.Integer({
        minimum: 1,
        ...described('Of fewer requests an error rate says nothing; passive only.', 100),
      }),
    ),
    weight: count(
      'How many failures of each other check of the region one source that sees failures stands for; passive only.',
      1,
    ),
    alone: flag('true: it takes a region out by itself; passive only.', false),
  },
  'What load balancers and users see of a region, told through the API.',
)

const CALCULATED = mapWith(
  {
    ...TYPE,
    of: Type.Array(Type.String({ title: 'the id of a check' }), {
      title: 'a list of ids of checks',
      minItems: 1,
      description: 'Ids of checks, calculated ones among them; calculated only.',
    }),
    needs: Type.Optional(
      Type.Unsafe<'all' | 'any' | number>({
        title: 'all, any, or a number of checks',
        type: ['string', 'integer'],
        pattern: '^(all|any)$',
        minimum: 1,
        ...described('How many of them must be up; calculated only.', 'all'),
      }),
    ),
    ...MANNER,
  },
  'Passes while so many of other checks of the same address do.',
)

/** By the type; what has none is taken for http, and is told what is missing. */
const byType = <K extends string, S extends TSchema, R extends TSchema>(type: K, schema: S, rest: R) =>
  choose(
    { type: 'object', properties: { type: { const: type } }, required: ['type'] },
    schema,
    rest,
    'How a region is probed.',
  )

export const CHECK = byType(
  'tcp',
  TCP,
  byType(
    'tls',
    TLS_ONLY,
    byType(
      'grpc',
      GRPC,
      byType(
        'dns',
        DNS,
        byType(
          'icmp',
          ICMP,
          byType(
            'metric',
            METRIC,
            byType(
              'exec',
              EXEC,
              byType('push', PUSH, byType('passive', PASSIVE, byType('calculated', CALCULATED, HTTP))),
            ),
          ),
        ),
      ),
    ),
  ),
)

export type WrittenCheck = Static<typeof CHECK>
/** All but the calculated ones. */
export type WrittenProbed =
  | WrittenHttp
  | WrittenTcp
  | WrittenTls
  | WrittenGrpc
  | WrittenDns
  | Static<typeof ICMP>
  | WrittenMetric
  | WrittenExec
  | WrittenPush
  | WrittenPassive
export type WrittenHttp = Static<typeof HTTP>
export type WrittenTcp = Static<typeof TCP>
export type WrittenTls = Static<typeof TLS_ONLY>
export type WrittenGrpc = Static<typeof GRPC>
export type WrittenDns = Static<typeof DNS>
export type WrittenMetric = Static<typeof METRIC>
export type WrittenExec = Static<typeof EXEC>
export type WrittenPassive = Static<typeof PASSIVE>
export type WrittenCalculated = Static<typeof CALCULATED>
export type WrittenPush = Static<typeof PUSH>
