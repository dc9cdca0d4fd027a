// How checks are written, as JSON Schema.
import { Type } from 'typebox'
import { choose, described, duration, mapWith, word } from './schema-values.js'

const COMMON = {
  type: word(['http', 'https', 'tcp'], 'How an address is probed: by an HTTP request, or by opening a TCP connection.'),
  port: Type.Integer({
    minimum: 1,
    maximum: 65535,
    ...described('The port that is probed, on every address of the region.'),
  }),
  interval: Type.Optional(duration('From one probe to the next; 1s or more.', '10s')),
  timeout: Type.Optional(duration('After how long a probe counts as failed; shorter than the interval.', '4s')),
  fall: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, ...described('Failures in a row that take an address out.', 3) }),
  ),
  rise: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, ...described('Passes in a row that bring it back.', 2) }),
  ),
}

const STATUS = Type.Unsafe<string | number>({
  title: 'a status code such as 301, or a range such as 200-299',
  type: ['string', 'integer'],
  pattern: '^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$',
  minimum: 100,
  maximum: 599,
})

const HTTP = mapWith(
  {
    ...COMMON,
    method: Type.Optional(word(['GET', 'HEAD'], 'The method of the request.', 'GET')),
    path: Type.Optional(
      Type.String({
        title: 'a path that begins with /',
        pattern: '^/[!-~]*$',
        ...described('What is asked for.', '/'),
      }),
    ),
    host: Type.Optional(
      Type.String({
        title: 'a host name',
        pattern: '^[!-~]+$',
        description:
          'The Host header and, with https, the name that the certificate must have; the address itself unless told.',
      }),
    ),
    expect: Type.Optional(
      Type.Array(STATUS, { minItems: 1, ...described('Status codes and ranges of them that pass.', ['200-299']) }),
    ),
    verify: Type.Optional(Type.Boolean(described('https only: fail where the certificate does not verify.', true))),
  },
  'Passes when an HTTP request is answered in time with an expected status.',
)

const TCP = mapWith(COMMON, 'Passes when a TCP connection opens in time.')

export const CHECK = choose(
  { type: 'object', properties: { type: { const: 'tcp' } }, required: ['type'] },
  TCP,
  HTTP,
  'How a region is probed.',
)
