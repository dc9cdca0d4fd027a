// Proves that the dashboard is there within a second, is at ease with many regions that change all the time, and grows no memory.
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { TOKEN } from '../bench/servers/meridian.mjs'
import { startWorld } from './page/world.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves what is claimed of the dashboard, in a real browser.', 'page.mjs', {
  regions: [200, 'regions, one of which changes every second'],
  loads: [5, 'times that the page is opened'],
  seconds: [20, 'for which its main thread is watched'],
  minutes: [60, 'of its clock that go by while its memory is watched'],
  timed: [1, '1: times are among the claims; 0: they are only told'],
})

const PAINT_MS = 1000
const BUSY = 0.2
const GROWTH_MB = 3
const BEAT_MS = 5000
/** For what the page asked in a beat to arrive. */
const ARRIVE_MS = 60
const LOOKS = 6
const REST_MS = 700

const world = await startWorld(words.regions)
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const complaints = []
const turning = setInterval(world.turn, 1000)
try {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 } })
  const page = await opened(context)
  const paints = []
  for (let i = 0; i < words.loads; i++) paints.push(await paintMs(page))
  const busy = await busyShare(page)
  const memory = await memoryOver(context)
  report({ paints: paints.sort((a, b) => a - b), busy, ...memory })
} finally {
  clearInterval(turning)
  await browser.close()
  await world.stop()
}

/** Signed in, with everything in its place. */
async function opened(context) {
  const page = await context.newPage()
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(world.url)
  await page.getByLabel('Token').fill(TOKEN)
  await page.keyboard.press('Enter')
  await untilShown(page)
  return page
}

/** Every region in the list, and land painted. */
function untilShown(page) {
  return page.waitForFunction(
    count =>
      document.querySelectorAll('.legend li').length === count && document.querySelector('.dots path') !== null
        ? performance.now()
        : false,
    words.regions,
    { polling: 'raf', timeout: 120_000 },
  )
}

/** From the beginning of the navigation until data are painted. */
async function paintMs(page) {
  await page.reload({ waitUntil: 'commit' })
  return (await untilShown(page)).jsonValue()
}

/** The part of the time in which the main thread does something. */
async function busyShare(page) {
  const devtools = await page.context().newCDPSession(page)
  // Time on the processor: what others do on this machine is not the page's.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const tasks = async () => metric(await devtools.send('Performance.getMetrics'), 'TaskDuration')
  const before = await tasks()
  await pause(words.seconds * 1000)
  return ((await tasks()) - before) / words.seconds
}

/** The page's own clock runs fast, its server and what the server tells do not. */
async function memoryOver(context) {
  const page = await context.newPage()
  await page.clock.install()
  await page.goto(world.url)
  await untilShown(page)
  const devtools = await context.newCDPSession(page)
  await devtools.send('Performance.enable')
  const beats = Math.ceil((words.minutes * 60_000) / BEAT_MS)
  const steps = async count => {
    for (let i = 0; i < count; i++) {
      await page.clock.runFor(BEAT_MS)
      await pause(ARRIVE_MS)
    }
  }
  // What is made once is not growth.
  await steps(Math.ceil(beats / 10))
  const first = await held(devtools)
  await steps(beats)
  const last = await held(devtools)
  return { first, last, beats }
}

/** The least of some looks: replies that are being read come and go, what is kept is there in every one. */
async function held(devtools) {
  const looks = []
  for (let i = 0; i < LOOKS; i++) {
    await pause(REST_MS)
    await devtools.send('HeapProfiler.collectGarbage')
    const metrics = await devtools.send('Performance.getMetrics')
    looks.push({ mb: metric(metrics, 'JSHeapUsedSize') / 1e6, nodes: metric(metrics, 'Nodes') })
  }
  return { mb: Math.min(...looks.map(({ mb }) => mb)), nodes: Math.min(...looks.map(({ nodes }) => nodes)) }
}

function metric({ metrics }, wanted) {
  return metrics.find(({ name }) => name === wanted).value
}

function report({ paints, busy, first, last, beats }) {
  const figures = {
    regions: words.regions,
    'first paint with data, ms, middle': paints[paints.length >> 1],
    'first paint with data, ms, longest': paints.at(-1),
    'main thread busy, %': busy * 100,
    'beats of the page’s clock': beats,
    'heap before, MB': first.mb,
    'heap after, MB': last.mb,
    'nodes before': first.nodes,
    'nodes after': last.nodes,
    complaints: complaints.length,
  }
  const timed = [
    [`data are painted within ${PAINT_MS} ms, every time`, paints.at(-1) < PAINT_MS],
    [`less than ${BUSY * 100} % of the main thread’s time is used`, busy < BUSY],
  ]
  const claims = [
    ...(words.timed === 0 ? [] : timed),
    [`the heap grows by less than ${GROWTH_MB} MB`, last.mb - first.mb < GROWTH_MB],
    ['the page holds no more nodes than before, but for a tenth', last.nodes < first.nodes * 1.1],
    ['the page complains of nothing', complaints.length === 0],
  ]
  conclude('The dashboard with many regions that change all the time', figures, claims, words.json)
}
