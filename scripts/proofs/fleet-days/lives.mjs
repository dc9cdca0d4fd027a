// Worlds, one after the other, in a process of their own, which knows simulated time alone.
import { replaceDisks } from './disk.mjs'
import { replaceHttp } from './gateway.mjs'
import { replaceTime } from './time.mjs'

const nextTurn = setImmediate
replaceTime()
replaceDisks()
replaceHttp()
const { live } = await import('./day.mjs')

/** @param number of `BREAKS` */
export async function breakFleet(number) {
  const { breakIt } = await import('./breaks.mjs')
  breakIt(number)
}

const unhandled = []
process.on('unhandledRejection', error => unhandled.push(error))

/** Each seed in a turn of its own, since what a world awaits has to be over within it. @param tell is told of each result */
export function liveAll(seeds, hours, tell) {
  return new Promise(resolve => {
    const next = () => {
      const seed = seeds.shift()
      if (seed === undefined) return resolve()
      tell(seed, lived(seed, hours))
      nextTurn(next)
    }
    nextTurn(next)
  })
}

function lived(seed, hours) {
  const before = process.cpuUsage()
  try {
    const figures = live(seed, hours)
    if (unhandled.length > 0) throw unhandled.splice(0)[0]
    const { user, system } = process.cpuUsage(before)
    return { figures: { ...figures, cpuMs: (user + system) / 1000 } }
  } catch (error) {
    return {
      wrong: error.name === 'Error' && error.told ? error.message : String(error.stack),
      told: error.told ?? [],
      world: error.world,
    }
  }
}
