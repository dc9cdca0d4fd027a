// What people write, as the shape of the schema has let it through.
import type { WrittenTraffic } from './schema.js'
import type { Sound } from './shape.js'

export type WrittenZone = Sound<WrittenTraffic['zones'][string]>
