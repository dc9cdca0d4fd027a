// Proves that regions stay within what they can carry over a day in which one of them is lost, at little cost in latency, and
// that hardly anybody is moved while nothing changes.
import { Day, STEPS_AN_HOUR, TARGET } from './load/day.mjs'
import { leastLatency, meanLatency, withOptions } from './load/optimum.mjs'
import { PlainSteering } from './load/plain.mjs'
import { RealSteering } from './load/real.mjs'
import { clientsIn, makeWorld, openLibrary, REGION_LIST } from './load/world.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves what is claimed of balancing by load.', 'load-day.mjs', {
  networks: [2000, 'client networks'],
  samples: [300, 'queries a minute that are sampled'],
  capacity: [1.4, 'what all regions can carry, 1 being all clients at their busiest'],
  from: [6, 'hour at which the day begins and ends (UTC), when nobody need go elsewhere'],
  hours: [24, 'hours that it lasts'],
  lost: [15, 'hour at which Frankfurt is lost, for two hours'],
  every: [3, 'hours of the day after which it stands still for an hour'],
  worst: [1, 'hour that is the worst of all: it stands still before it'],
  held: [3, 'hours for which it does'],
  unjudged: [0, 'minutes at the beginning in which it is not looked what regions carry'],
  plain: [0, '1: without maps and publisher, in a fraction of the time'],
  seed: [7, 'of all that is left to chance'],
})

const LOST = 'frankfurt'
/** What the balancer takes for noise: before it has moved clients within the hour, and once it has moved enough. */
const BANDS = [1.05, 1.1]

/** A repeatable stream of numbers from 0 to 1 (Park and Miller). */
let seed = words.seed
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647

const library = await openLibrary()
const locate = await library.reader()
const clients = withOptions(clientsIn(locate, words.networks, random), REGION_LIST)
const world = words.plain ? undefined : await makeWorld(library)
const steering = world === undefined ? new PlainSteering(clients) : new RealSteering(world, locate, clients)
const day = new Day(steering, clients, { total: words.capacity, samples: words.samples, random })
const { capacities } = day
const rooms = [...capacities].map(([region, capacity]) => ({ region, target: capacity * TARGET, capacity, fixed: 0 }))

const tally = { minutes: 0, over: 0, overWithRoom: 0, above: BANDS.map(() => 0), worst: 0 }
const latency = { points: 0, nearest: 0, now: 0, least: 0 }
const movedByHour = []

let looks = 0
function judge(loads) {
  if (looks++ < words.unjudged) return
  const shares = [...loads].filter(([id]) => id !== day.lost).map(([id, load]) => load / capacities.get(id))
  const worst = Math.max(...shares)
  tally.minutes++
  tally.worst = Math.max(tally.worst, worst)
  if (worst > 1) tally.over++
  if (worst > 1 && shares.some(share => share < 1)) tally.overWithRoom++
  tally.above = BANDS.map((band, i) => tally.above[i] + (worst > TARGET * band ? 1 : 0))
}

async function compare() {
  const { now, nearest } = meanLatency(day.clients, day.lost)
  latency.points++
  latency.now += now
  latency.nearest += nearest
  latency.least += await leastLatency(day.clients, rooms, day.lost)
}

/** Of all clients, those that move in each of the hours in which nothing changes but how busy each network is. */
const steady = []
/** An hour in which it is as late as it was when it began. */
async function standStill(hour) {
  let sum = 0
  for (let step = 0; step < STEPS_AN_HOUR; step++) {
    const { loads, moved } = await day.step(hour)
    judge(loads)
    sum += moved
  }
  steady.push(sum)
}

let moved = 0
const steps = words.hours * STEPS_AN_HOUR
for (let step = 0; step < steps; step++) {
  const hour = (words.from + step / STEPS_AN_HOUR) % 24
  if (hour === words.worst) for (let i = 0; i < words.held; i++) await standStill(hour)
  if (hour === words.lost || hour === words.lost + 2) await day.lose(hour === words.lost ? LOST : undefined)
  const { loads, moved: part } = await day.step(hour)
  judge(loads)
  moved += part
  if (step % STEPS_AN_HOUR === STEPS_AN_HOUR / 2) await compare()
  if (step % STEPS_AN_HOUR !== STEPS_AN_HOUR - 1) continue
  movedByHour.push(moved)
  moved = 0
  if ((step + 1) % (words.every * STEPS_AN_HOUR) === 0 && step + 1 < steps) await standStill(hour)
}
await world?.publisher.close()

const mean = sum => sum / latency.points
const added = mean(latency.now - latency.nearest)
const least = mean(latency.least - latency.nearest)
const percent = share => `${(share * 100).toFixed(2)} %`
conclude(
  'A day of load over twenty regions',
  {
    'client networks, groups of them': `${words.networks}, ${day.groups}`,
    'minutes that were looked at': tally.minutes,
    'minutes in which a region was above its capacity; while another was not': `${tally.over}; ${tally.overWithRoom}`,
    'minutes in which a region was more than 5 % above its target; 10 %': tally.above.join('; '),
    'greatest load, of the capacity': percent(tally.worst),
    'mean latency to the nearest region that is up, ms': mean(latency.nearest),
    'mean latency, ms': mean(latency.now),
    'mean latency by the best plan of somebody who knows all, ms': mean(latency.least),
    'added by balancing, at the least, ms': `${added.toFixed(3)}, ${least.toFixed(3)}`,
    'clients moved by hour of the day': movedByHour.map(percent).join(', '),
    'clients moved in each of the steady hours': steady.map(percent).join(', '),
  },
  [
    ['no region is above its capacity while another has room', tally.overWithRoom === 0],
    ['the latency that is added is within a tenth of the least', added <= least * 1.1],
    ['at most 2 % of the clients move in a steady hour', steady.every(share => share <= 0.02)],
  ],
  words.json,
)
