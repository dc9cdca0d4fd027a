// The traffic document as people write it, as JSON Schema (draft 7): the one source of its shape, published as config/traffic.schema.json.
import { type Static, Type } from 'typebox'
import { CHECK } from './schema-check.js'
import { LATENCY_TABLE, POLICY } from './schema-policy.js'
import { REGION } from './schema-region.js'
import { SAFETY_RULE } from './schema-safety.js'
import { ID, mapOf, mapWith } from './schema-values.js'
import { ZONE } from './schema-zone.js'

export const TRAFFIC_SCHEMA = mapWith(
  {
    checks: Type.Optional(mapOf(CHECK, 'How regions are probed, by id.', ID)),
    regions: Type.Optional(mapOf(REGION, 'Deployments that clients can be sent to, by id.', ID)),
    policies: Type.Optional(
      mapOf(
        POLICY,
        'Ways to choose a region, by id; nearest, latency, failover, weighted, geo, round-robin, sticky and all are built in.',
        ID,
      ),
    ),
    latency: Type.Optional(mapOf(LATENCY_TABLE, 'Latency tables, by name.', ID)),
    safety: Type.Optional(mapOf(SAFETY_RULE, 'What must hold whenever somebody moves traffic, by id.', ID)),
    zones: mapOf(ZONE, 'Zones that are served, by name.'),
  },
  'Everything that is served, and to whom.',
  'a map with the keys checks, regions, policies and zones',
)

export type WrittenTraffic = Static<typeof TRAFFIC_SCHEMA>

/** The text of the published schema. */
export const publishedSchema = (title: string, schema: object): string =>
  `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema, title }, null, 2)}\n`
