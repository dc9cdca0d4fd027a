// Every view of the dashboard with something in it, while queries come in: no fault of accessibility, nothing wider than the window.
import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SOON } from './browser.js'
import { inEveryLook, PICTURES, SCHEMES, takePicture, WIDTHS } from './dashboard-pictures.js'
import { openStage, type Stage } from './dashboard-stage.js'
import { networks, startTraffic, type Traffic } from './dashboard-traffic.js'
import { CLIENTS } from './example.js'
import { until } from './server.js'

const VIEWS = [
  'world',
  'regions',
  'incidents',
  'incidents?incident=1',
  'drills',
  'drills?drill=2',
  'explain',
  'explain?name=api.example.com&client=133.11.0.0/24',
  'traffic',
  'zones',
  'zones?zone=example.com.&name=api',
  'dnssec',
  'dnssec?zone=signed.example.com.',
  'policies',
  'policies?policy=near-two',
  'document',
  'document?section=checks',
  'document?section=checks&id=api',
  'document?section=regions&id=eu-central',
  'zones?zone=example.com.&settings=edit',
  'history',
  'audit',
  'fleet',
  'node',
]
/** Of traffic before pictures are taken, ms: so long that charts have a shape. */
const BEFORE_PICTURES_MS = 100_000

let stage: Stage
let page: Page
let traffic: Traffic

beforeAll(async () => {
  stage = await openStage({
    // Pictures show the world; nothing else here needs more than a few places.
    bundled: PICTURES !== undefined,
    edit: document =>
      `${document.replace(/(eu-central:\n)/, '$1    capacity: 40000\n')}  signed.example.com: { dnssec: true, nameservers: [ns1.example.net] }\n`,
  })
  page = stage.page
  traffic = await startTraffic(stage.server, PICTURES === undefined ? CLIENTS.map(([subnet]) => subnet) : networks())
  await befall()
  if (PICTURES !== undefined) await page.waitForTimeout(BEFORE_PICTURES_MS)
  await drill()
}, 400_000)

afterAll(async () => {
  await traffic?.stop()
  await stage?.close()
})

const api = async (method: string, path: string, body?: unknown) => {
  const reply = await stage.server.api(method, path, { body, headers: { 'x-reason': 'less often at night' } })
  expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300)
  return reply.body
}

/** A region breaks and comes back, a drill is planned for every week, a region is drained, a check is changed, a load is told. */
async function befall(): Promise<void> {
  const up = async () =>
    (await stage.server.api('GET', '/v1/regions/ap-northeast')).body.state === 'up' ? true : undefined
  await stage.setTokyo('fail')
  await until('it is down', 60_000, async () => ((await up()) ? undefined : true))
  await stage.setTokyo('recover')
  await until('it is back', 60_000, up)
  const at = new Date(Date.now() + 2 * 86_400_000).toISOString()
  await api('POST', '/v1/drills', { targets: ['us-west'], at, weekly: true, reason: 'every week' })
  await api('POST', '/v1/overrides', {
    targets: ['us-west'],
    state: 'drain',
    percent: 50,
    for: '2h',
    reason: 'new disks',
  })
  await api('PATCH', '/v1/traffic/checks/api', { rise: 3 })
  await api('POST', '/v1/regions/eu-central/load', { current: 17_500, capacity: 40_000 })
}

/** One that runs and is over. */
async function drill(): Promise<void> {
  const steps = [50, 100].map(percent => ({ percent, for: percent === 50 ? '2s' : '4s' }))
  const wish = { targets: ['us-east'], steps, back: [{ percent: 50, for: '2s' }], reason: 'quarterly exercise' }
  const { id } = await api('POST', '/v1/drills', wish)
  await api('POST', `/v1/drills/${id}/start`)
  await until('the drill is over', 60_000, async () =>
    (await api('GET', `/v1/drills/${id}`)).phase === 'over' ? true : undefined,
  )
}

test.each([
  // scheme, what is asked of axe: in the dark only colours are others
  ['light', ''],
  ['dark', "{ runOnly: ['color-contrast'] }"],
] as const)(
  'no view has a serious fault of accessibility, %s',
  async (scheme, asked) => {
    await page.emulateMedia({ colorScheme: scheme })
    for (const view of VIEWS) {
      await stage.goTo(view)
      await page.locator('main h1').waitFor(SOON)
      await page.waitForTimeout(300)
      // Evaluated by the browser's own door: the page's policy lets no other script in.
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate<AxeResults>(`axe.run(${asked})`)
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(serious.map(({ id, nodes }) => `${view}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
    }
  },
  180_000,
)

test('every view fits its window, wide and narrow', async () => {
  for (const colorScheme of SCHEMES)
    for (const width of WIDTHS) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 900 })
      for (const view of VIEWS) {
        await stage.goTo(view)
        await page.locator('main h1').waitFor(SOON)
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        expect(overflow, `${view} at ${width} px is wider than the window`).toBeLessThanOrEqual(0)
        await takePicture(page, `${view.replace(/\W+/g, '-')}-${colorScheme}-${width}`, 1500)
      }
    }
  await page.setViewportSize({ width: WIDTHS[0], height: 900 })
}, 600_000)

test('traffic has a graph each for queries, answers by region, codes and times, and goes back as far as seven days', async () => {
  await stage.goTo('traffic')
  for (const title of ['Queries', 'Answers by region', 'Responses by code', 'Time to answer'])
    await page.locator('.chart', { hasText: title }).locator('canvas').waitFor(SOON)
  for (const [span, asked] of [
    ['6 hours', 'span=6h'],
    ['7 days', 'span=7d'],
  ] as const) {
    const reads = page.waitForRequest(request => request.url().includes(asked))
    await page.getByLabel(span).check()
    await reads
    await page.locator('.chart', { hasText: 'Answers by region' }).locator('canvas').waitFor(SOON)
  }
})

test('marks on the map are as large as what is asked of them, and what is pointed at is told under the map', async () => {
  await stage.goTo('world')
  const mark = (region: string) => page.locator('.mark', { hasText: region })
  const radius = async (region: string) => Number(await mark(region).locator('circle').last().getAttribute('r'))
  await expect.poll(() => radius('ap-northeast'), SOON).toBeGreaterThan(await radius('us-west'))
  await mark('eu-central').locator('circle').last().hover(SOON)
  await page.getByText('eu-central now; without it, ').waitFor(SOON)
  await expect.poll(() => page.locator('.dots path.moved').count(), SOON).toBeGreaterThan(0)
  await page.getByRole('link', { name: 'IP Geolocation by DB-IP' }).waitFor(SOON)
})

test('a region has its state, since when, why, its checks with what they took, its rate, its land and its load', async () => {
  await stage.goTo('regions')
  const heads = await page.locator('table.regions thead th').allTextContents()
  expect(heads).toEqual([
    'Region',
    'State',
    'Since',
    'Why',
    'Addresses and checks',
    'Answers/s',
    'Of land',
    'Load',
    'Actions',
  ])
  const eu = stage.row('eu-central')
  await eu.locator('.state.up').waitFor(SOON)
  await eu.getByText('17.5 k of 40.0 k, 44 %').waitFor(SOON)
  await eu
    .getByRole('img', { name: /of the last \d+ checks none failed; those that passed took up to [\d.]+ ms/ })
    .waitFor(SOON)
  await expect.poll(() => eu.locator('td.number').first().textContent(), SOON).toMatch(/[1-9]/)
  await stage.row('us-west').getByText('drained by 50 % by admin, 1 h 5').waitFor(SOON)
})

test('a sheet and a plan fit their window as well', async () => {
  await stage.row('eu-central').getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByText('Its clients go to').waitFor(SOON)
  await page.setViewportSize({ width: WIDTHS[1], height: 900 })
  const hidden = "(sheet => sheet.scrollWidth - sheet.clientWidth)(document.querySelector('dialog'))"
  expect(await page.evaluate<number>(hidden)).toBe(0)
  await page.setViewportSize({ width: WIDTHS[0], height: 900 })
  await inEveryLook(page, 'sheet')
  await page.keyboard.press('Escape')
  await stage.goTo('drills')
  await page.getByRole('button', { name: 'Plan a drill' }).click()
  await page.getByRole('checkbox', { name: 'eu-central' }).check()
  await page.locator('table.moves tr', { hasText: 'eu-central' }).first().waitFor(SOON)
  await inEveryLook(page, 'drill-plan')
})

test('in all of this the browser had nothing to complain of', () => {
  expect(stage.complaints).toEqual([])
})
