// The collector that a node tells of itself, as people write it in its settings, as JSON Schema (draft 7).
import { type Static, Type } from 'typebox'
import { described, duration, mapOf, mapWith, word } from './control-plane/traffic/schema-values.js'

const flag = (description: string) => Type.Optional(Type.Boolean(described(description, true)))

export const TELEMETRY = mapWith(
  {
    endpoint: Type.String({
      title: 'an http or https address, such as http://127.0.0.1:4318',
      pattern: '^https?://[^?#@\\s]+$',
      description: 'Where the collector is; with http/protobuf, /v1/traces and /v1/metrics are put behind it.',
    }),
    protocol: Type.Optional(word(['http/protobuf', 'grpc'], 'How it is spoken to.', 'http/protobuf')),
    'headers-file': Type.Optional(
      Type.String({
        title: 'a path',
        minLength: 1,
        description: 'A file with headers that it is shown, such as a token: one a line, with a colon after its name.',
      }),
    ),
    traces: flag('Whether it is told of requests, changes, and what becomes of them.'),
    metrics: flag('Whether it is told of metrics.'),
    interval: Type.Optional(duration('How far apart metrics are told.', '30s')),
    resource: Type.Optional(
      mapOf(Type.String({ title: 'text' }), 'What else is said of this node with all that is told.'),
    ),
  },
  'Tells a collector of traces and metrics of the control plane, by OTLP; nobody unless told.',
)

export type WrittenTelemetry = Static<typeof TELEMETRY>
