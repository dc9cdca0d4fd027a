// Writes config/*.schema.json from the built schemas: run `npm run build` first. A test fails while they differ.
import { writeFile } from 'node:fs/promises'
import { publishedSchema, TRAFFIC_SCHEMA } from '../dist/control-plane/traffic/schema.js'
import { SETTINGS_SCHEMA } from '../dist/settings-schema.js'

const config = new URL('../config/', import.meta.url)
await writeFile(new URL('traffic.schema.json', config), publishedSchema('Meridian traffic document', TRAFFIC_SCHEMA))
await writeFile(new URL('server.schema.json', config), publishedSchema('Meridian settings of a node', SETTINGS_SCHEMA))
