// What a node writes down of the queries that it answers, as people write it in its settings, as JSON Schema (draft 7).
import { type Static, Type } from 'typebox'
import { described, mapWith } from './control-plane/traffic/schema-values.js'

const path = (description: string) => Type.String({ title: 'a path', minLength: 1, description })
const megabytes = (fallback: number) =>
  Type.Optional(
    Type.Number({ exclusiveMinimum: 0, ...described('A file is put aside before it is larger.', fallback) }),
  )
const keep = (fallback: number) =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      ...described('How many that were put aside are kept: FILE.1 is the newest.', fallback),
    }),
  )

const QUERY_LOG = mapWith(
  {
    file: path('Where the lines go.'),
    megabytes: megabytes(100),
    keep: keep(5),
  },
  'The sampled queries as lines of JSON, each with the reason for its answer.',
)

const DNSTAP = mapWith(
  {
    file: Type.Optional(path('A file for frame streams; one that is there is put aside first.')),
    socket: Type.Optional(path('The Unix socket of a program that listens for dnstap, such as fstrm_capture.')),
    identity: Type.Optional(
      Type.String({
        title: 'a text of 1 to 128 printable ASCII characters',
        pattern: '^[ -~]{1,128}$',
        description: 'The name of this server in what is sent; that of the machine unless told.',
      }),
    ),
    megabytes: megabytes(100),
    keep: keep(5),
  },
  'The sampled queries and their responses, whole, for programs that read dnstap.',
)

/** The keys of the settings that are about samples. */
export const SAMPLE_KEYS = {
  samples: Type.Optional(
    Type.String({
      title: '"none", or a share such as 1 in 100',
      pattern: '^(none|1 in [1-9][0-9]{0,5})$',
      ...described(
        'How many queries are written down to be looked at; while they are few, all are, whatever this says but none.',
        '1 in 1000',
      ),
    }),
  ),
  'query-log': Type.Optional(QUERY_LOG),
  dnstap: Type.Optional(DNSTAP),
}

const SAMPLE_SETTINGS = mapWith(SAMPLE_KEYS, 'What a node writes down of queries.')
export type WrittenSamples = Static<typeof SAMPLE_SETTINGS>
