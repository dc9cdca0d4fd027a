// Checks by an HTTP request, as people write them.
import { Type } from 'typebox'
import { COMMON, CONNECTION, flag, HOST, PATH, plain, TLS } from './schema-check-parts.js'
import { described, mapWith, word } from './schema-values.js'

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

export const HTTP = mapWith(
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
    reuse: flag('true: ask on the connection of the probe before, while it is open.', false),
    http2: flag('https only: speak HTTP/2, and fail where the server does not.', false),
  },
  'Passes when an HTTP request is answered in time with an expected status and body.',
)
