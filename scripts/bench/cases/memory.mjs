// Resident memory with the City data that come with Meridian, and what it consists of.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inspect, inspected } from '../inspected.mjs'
import { anonymousMb, family, residentMb } from '../measure.mjs'
import { meridian, trafficDocument } from '../servers/meridian.mjs'
import { startServer } from '../start.mjs'
import { BASE } from '../world.mjs'
import { LIMIT_MS } from './start.mjs'

const MAPS = 3

export const memory = {
  what: 'resident memory, the bundled City data, three maps, two workers',

  async run() {
    const document = trafficDocument(BASE, { maps: MAPS })
    const one = await startServer(inspected(meridian), { zone: BASE, document, workers: 2, limitMs: LIMIT_MS })
    try {
      const value = residentMb(family(one.pid))
      const measure = (what, value) => ({ case: 'memory', server: 'meridian', what, value, unit: 'MB' })
      const parts = await partsOf(one, value)
      return {
        rows: [],
        measures: [
          measure('resident, bundled City v4+v6, three maps, two workers', value),
          ...Object.entries(parts).map(([what, mb]) => measure(`of it ${what}`, mb)),
        ],
      }
    } finally {
      await one.stop()
    }
  },
}

async function partsOf(one, resident) {
  const files = resident - anonymousMb(one.pid)
  const inspector = await inspect(one)
  const heap = (await inspector.usage()).heapTotal / 2 ** 20
  inspector.close()
  const maps = mapsMb(join(one.folder, 'state', 'maps'))
  return {
    'files: the program, Node and libraries': files,
    'the heap of the main thread': heap,
    'maps as they were compiled, which lie in memory as on the disk': maps,
    'the rest: maps made wider, other threads, machine code, what is native or kept for later':
      resident - files - heap - maps,
  }
}

const mapsMb = folder => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 2 ** 20
