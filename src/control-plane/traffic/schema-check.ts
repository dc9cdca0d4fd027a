// Checks as people write them, as JSON Schema: one of the kinds, told by its type.
import type { Static, TSchema } from 'typebox'
import { HTTP } from './schema-check-http.js'
import { CALCULATED, DNS, EXEC, GRPC, ICMP, METRIC, PASSIVE, PUSH, TCP, TLS_ONLY } from './schema-check-kinds.js'
import { choose } from './schema-values.js'

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
