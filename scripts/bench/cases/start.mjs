// From the birth of the process to its first answer, with the City data that come with Meridian, and by what the time was spent.
import { cpu, lifeMs, waited } from '../measure.mjs'
import { meridian } from '../servers/meridian.mjs'
import { newFolder, startServer } from '../start.mjs'
import { BASE } from '../world.mjs'

export const LIMIT_MS = 180_000

export const start = {
  what: 'start to first answer, cold and warm, the bundled City data for IPv4 and IPv6',

  async run() {
    const folder = newFolder()
    const run = async (name, keepFolder) => {
      const one = await startServer(meridian, { zone: BASE, workers: 1, limitMs: LIMIT_MS, folder })
      const spent = spentBy(one.pid)
      await one.stop({ keepFolder })
      const measure = (what, value) => ({
        case: 'start',
        server: 'meridian',
        what: `${name} ${what}`,
        value,
        unit: 'ms',
      })
      return [
        measure('start to first answer', one.startMs),
        ...Object.entries(spent).map(([what, value]) => measure(`start: ${what}`, value)),
      ]
    }
    return { rows: [], measures: [...(await run('cold', true)), ...(await run('warm', false))] }
  },
}

/** Of a process since its birth, ms. */
function spentBy(pid) {
  const main = String(pid)
  const [ran, held] = [cpu, waited].map(of => of([pid]).get(main) / 1e6)
  const { all, kernel } = lifeMs(pid)
  return {
    'the main thread ran': ran,
    'other threads ran, all together': all - ran,
    'of both, in the kernel': kernel,
    'the main thread could have run, and others had the core': held,
  }
}
