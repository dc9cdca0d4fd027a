// What checks have in common, as people write it: when they are run, how results are judged, and how one connects.
import { Type } from 'typebox'
import type { CheckSpec } from './document/check.js'
import { described, duration, mapWith, word } from './schema-values.js'

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

export const count = (description: string, fallback: number, maximum = 100) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, ...described(description, fallback) }))
export const flag = (description: string, fallback: boolean) =>
  Type.Optional(Type.Boolean(described(description, fallback)))
export const plain = (title: string, description: string, fallback?: string) =>
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

export const TYPE = {
  type: word(
    Object.keys(TYPES) as readonly CheckSpec['type'][], // exactly these keys, by `satisfies`
    `How an address is probed: ${Object.entries(TYPES)
      .map(([type, what]) => `${type}, ${what}`)
      .join('; ')}.`,
  ),
}

export const MANNER = {
  observe: flag('true: it is shown, and decides nothing.', false),
  inverted: flag('true: it passes where it would fail.', false),
  enabled: flag('false: regions are judged as if they did not name it.', true),
}

/** What every check has that is probed. */
export const COMMON = {
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

export const PORT = {
  port: Type.Integer({
    minimum: 1,
    maximum: 65535,
    ...described('The port that is probed, on every address of the region.'),
  }),
}

export const CONNECTION = {
  ...PORT,
  'connect-timeout': Type.Optional(
    duration('Within which the connection must be open, TLS included; the timeout unless told.'),
  ),
}

export const TLS = {
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

export const HOST = Type.Optional(
  Type.String({
    title: 'a host name',
    pattern: '^[!-~]+$',
    description:
      'The Host header and, with TLS, the name that the certificate must have; the address itself unless told.',
  }),
)

export const PATH = (description: string, fallback?: string) =>
  Type.Optional(
    Type.String({
      title: 'a path that begins with /',
      pattern: '^/[!-~]*$',
      ...described(description, fallback),
    }),
  )
