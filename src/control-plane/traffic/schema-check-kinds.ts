// Checks by anything but an HTTP request, as people write them: what each kind has of its own.
import { Type } from 'typebox'
import { COMMON, CONNECTION, count, flag, HOST, MANNER, PATH, PORT, plain, TLS, TYPE } from './schema-check-parts.js'
import { described, duration, mapWith, soMany, word } from './schema-values.js'

export const TCP = mapWith(
  {
    ...COMMON,
    ...CONNECTION,
    send: plain('text', 'Sent when the connection is open.'),
    receive: plain('text', 'A text that must come back.'),
  },
  'Passes when a TCP connection opens in time, and what is expected comes back.',
)

export const TLS_ONLY = mapWith({ ...COMMON, ...CONNECTION, ...TLS }, 'Passes when a TLS handshake ends well.')

export const GRPC = mapWith(
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

export const DNS = mapWith(
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

export const ICMP = mapWith({ ...COMMON }, 'Passes when an ICMP echo request is answered.')

export const METRIC = mapWith(
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

export const EXEC = mapWith(
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

export const PUSH = mapWith(
  {
    ...COMMON,
    'max-age': Type.Optional(duration('A state that was told longer ago than this is no state; push only.', '60s')),
  },
  'Passes while the last state that was told through the API is up.',
)

export const PASSIVE = mapWith(
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

export const CALCULATED = mapWith(
  {
    ...TYPE,
    of: Type.Array(Type.String({ title: 'the id of a check' }), {
      title: 'a list of ids of checks',
      minItems: 1,
      description: 'Ids of checks, calculated ones among them; calculated only.',
    }),
    needs: soMany('How many of them must be up; calculated only.'),
    ...MANNER,
  },
  'Passes while so many of other checks of the same address do.',
)
