// From the birth of the process to its first answer, and then its memory, with the City data that come with Meridian.
import { family, residentMb } from '../measure.mjs'
import { meridian, trafficDocument } from '../servers/meridian.mjs'
import { newFolder, startServer } from '../start.mjs'
import { BASE } from '../world.mjs'

const LIMIT_MS = 180_000
const MAPS = 3

export const start = {
  what: 'start to first answer, cold and warm, the bundled City data for IPv4 and IPv6',

  async run() {
    const folder = newFolder()
    const run = async keepFolder => {
      const one = await startServer(meridian, { zone: BASE, workers: 1, limitMs: LIMIT_MS, folder })
      await one.stop({ keepFolder })
      return one.startMs
    }
    const [cold, warm] = [await run(true), await run(false)]
    const measure = (what, value) => ({ case: 'start', server: 'meridian', what, value, unit: 'ms' })
    return {
      rows: [],
      measures: [measure('cold start to first answer', cold), measure('warm start to first answer', warm)],
    }
  },
}

export const memory = {
  what: 'resident memory, the bundled City data, three maps, two workers',

  async run() {
    const document = trafficDocument(BASE, { maps: MAPS })
    const one = await startServer(meridian, { zone: BASE, document, workers: 2, limitMs: LIMIT_MS })
    const value = residentMb(family(one.pid))
    await one.stop()
    const what = 'resident, bundled City v4+v6, three maps, two workers'
    return { rows: [], measures: [{ case: 'memory', server: 'meridian', what, value, unit: 'MB' }] }
  },
}
