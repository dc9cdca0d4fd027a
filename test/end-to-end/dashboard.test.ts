// The dashboard in a real browser, against a real server with regions that can be broken.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import { ask, UdpClient } from './dns-client.js'
import { BALANCERS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { Server } from './server.js'

const VIEWS = ['world', 'regions', 'explain', 'traffic', 'zones', 'document', 'node']
/** Where pictures of every view are put, if anywhere. */
const PICTURES = process.env['MERIDIAN_PICTURES']
/** Health is known a few seconds after the fact; the page hears of it within two more. */
const SOON = { timeout: 20_000 }

let balancers: DemoRegions
let balancerPort: number
let server: Server
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  balancerPort = await freePort()
  balancers = await startDemoRegions(BALANCERS, balancerPort)
  server = await Server.start({ traffic: exampleFor({ balancers: balancerPort }) })
  // Chromium's own sandbox refuses root, which tests in containers run as.
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  page = await browser.newPage({ viewport: { width: 1360, height: 900 }, colorScheme: 'light' })
  page.on('console', message => {
    // Being refused is what some of the tests are about.
    if (message.type() === 'error' && !/status of 40[01]/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await balancers?.close()
})

const goTo = (view: string): Promise<unknown> => page.goto(`${server.admin}/#/${view}`)
const legend = (region: string) => page.locator('.legend li', { hasText: region })
const row = (region: string) => page.locator('table.regions tr', { hasText: region })
const setTokyo = (what: 'fail' | 'recover'): Promise<Response> =>
  fetch(`http://127.0.2.4:${balancerPort}/${what}`, { method: 'POST' })

test('nobody looks in without the token; a wrong one is told so, the right one opens the page', async () => {
  await page.goto(server.admin)
  await page.getByLabel('Token').fill('a guess')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').filter({ hasText: 'not the right one' }).waitFor(SOON)
  await page.getByLabel('Token').fill(await server.token())
  await page.keyboard.press('Enter')
  await page.getByText('All 5 regions are up').waitFor(SOON)
  const cookies = await page.context().cookies()
  expect(cookies).toMatchObject([{ name: 'meridian_session', httpOnly: true, sameSite: 'Strict' }])
})

test('the world shows the land of every region, and who would take over where one is pointed at', async () => {
  await goTo('world')
  await page.locator('.dots path').first().waitFor(SOON)
  await expect.poll(() => legend('eu-central').textContent(), SOON).toMatch(/\d+ % of land/)
  await legend('eu-central').hover()
  await expect.poll(() => legend('eu-central').textContent(), SOON).toContain('without it: ')
  expect(await page.locator('.dots path.moved').count()).toBeGreaterThan(0)
})

test('a region that breaks changes map, table and explanation without a reload, and so does its return', async () => {
  await goTo('world')
  await setTokyo('fail')
  await legend('ap-northeast').getByText('down').waitFor(SOON)
  await page.getByText('1 of 5 out: ap-northeast').waitFor(SOON)
  await goTo('regions')
  await row('ap-northeast').getByText('api: status 503').waitFor(SOON)
  await goTo('explain?name=api.example.com&client=133.11.0.0/24')
  await page.locator('.story tr.chosen', { hasText: 'ap-southeast' }).waitFor(SOON)
  await page.locator('.story tr.down', { hasText: 'ap-northeast' }).waitFor(SOON)
  await page.locator('pre', { hasText: '127.0.2.5' }).waitFor(SOON)
  await setTokyo('recover')
  await page.locator('.story tr.chosen', { hasText: 'ap-northeast' }).waitFor(SOON)
  await page.getByText('All 5 regions are up').waitFor(SOON)
})

test('disabling shows the consequence, wants a reason, moves clients, and can be undone', async () => {
  const client = await UdpClient.open(server)
  await goTo('regions')
  await row('ap-northeast').getByRole('button', { name: 'Disable' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Its clients go to').waitFor(SOON)
  await sheet.getByText('4 other regions are up').waitFor(SOON)
  const confirm = sheet.getByRole('button', { name: 'Disable ap-northeast' })
  expect(await confirm.isDisabled()).toBe(true)
  await sheet.getByLabel('Reason').fill('maintenance until 14:00')
  await confirm.click()
  await row('ap-northeast').locator('.state.disabled').waitFor(SOON)
  const answer = await client.ask(ask('api.example.com', 'A', '133.11.0.0/24'))
  expect(answer?.answers.map(({ rdata }) => [...rdata].join('.'))).toEqual(['127.0.2.5'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await row('ap-northeast').locator('.state.up').waitFor(SOON)
  expect(await server.readTraffic()).not.toMatch(/^ *enabled: false/m)
  client.close()
})

test('a safety rule is shown before it is broken, and in the way until it is overridden', async () => {
  const sound = await server.readTraffic()
  await writeFile(
    server.path('traffic.yaml'),
    `${sound}\nsafety: { all-five: { at-least: 5, description: all of them } }\n`,
  )
  await goTo('regions')
  const sheet = page.getByRole('dialog')
  // The file is looked at within a second: the sheet tells what held when it was opened.
  await expect
    .poll(async () => {
      await page.keyboard.press('Escape')
      await row('us-west').getByRole('button', { name: 'Disable' }).click()
      await sheet.getByText('Its clients go to').waitFor(SOON)
      return sheet.getByText('all-five').count()
    }, SOON)
    .toBe(1)
  await sheet.getByText('4 of 5 regions serve').waitFor(SOON)
  await sheet.getByLabel('Reason').fill('a test of the rule')
  const confirm = sheet.getByRole('button', { name: 'Disable us-west' })
  expect(await confirm.isDisabled()).toBe(true)
  await sheet.getByLabel('Do it all the same').check()
  await confirm.click()
  await row('us-west').locator('.state.disabled').waitFor(SOON)
  await page.getByText('The safety rule all-five is broken').waitFor(SOON)
  await writeFile(server.path('traffic.yaml'), sound)
  await row('us-west').locator('.state.up').waitFor(SOON)
})

test('a sheet is left by Escape, and nothing has happened', async () => {
  await goTo('regions')
  const before = await server.readTraffic()
  await row('us-east').getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('dialog').waitFor(SOON)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count(), SOON).toBe(0)
  expect(await server.readTraffic()).toBe(before)
})

test('a broken document raises an alarm with line and column, and mending it clears that', async () => {
  const sound = await server.readTraffic()
  await writeFile(server.path('traffic.yaml'), sound.replace('rise: 2', 'rize: 2'))
  await page.getByText('cannot be used; the last good version goes on serving').waitFor(SOON)
  await goTo('document')
  await page.locator('.problems', { hasText: 'unknown key "rize"' }).getByText('did you mean').waitFor(SOON)
  await writeFile(server.path('traffic.yaml'), sound)
  await expect.poll(() => page.getByText('cannot be used').count(), SOON).toBe(0)
})

test('a name that cannot be asked for is answered with the sentence of the API', async () => {
  await goTo('explain')
  await page.getByRole('combobox', { name: 'Name' }).fill('a..b')
  await page.getByRole('button', { name: 'Explain' }).click()
  await page.getByRole('alert').filter({ hasText: 'a..b' }).waitFor(SOON)
})

test.each(['light', 'dark'] as const)(
  'no view has a serious fault of accessibility, %s',
  async scheme => {
    await page.emulateMedia({ colorScheme: scheme })
    for (const view of VIEWS) {
      await goTo(view)
      await page.locator('main h1').waitFor(SOON)
      await page.waitForTimeout(300)
      // Evaluated by the browser's own door: the page's policy lets no other script in.
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate<AxeResults>('axe.run()')
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(serious.map(({ id, nodes }) => `${view}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
    }
  },
  180_000,
)

test('every view is drawn, wide and narrow', async () => {
  if (PICTURES !== undefined) await mkdir(PICTURES, { recursive: true })
  for (const scheme of ['light', 'dark'] as const)
    for (const width of [1360, 420]) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize({ width, height: 900 })
      for (const view of VIEWS) {
        await goTo(view === 'explain' ? 'explain?name=api.example.com&client=133.11.0.0/24' : view)
        await page.locator('main h1').waitFor(SOON)
        await page.waitForTimeout(PICTURES === undefined ? 0 : 800)
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        expect(overflow, `${view} at ${width} px is wider than the window`).toBeLessThanOrEqual(0)
        if (PICTURES !== undefined)
          await page.screenshot({ path: join(PICTURES, `${view}-${scheme}-${width}.png`), fullPage: true })
      }
    }
}, 180_000)

test('signing out closes the page', async () => {
  await page.setViewportSize({ width: 1360, height: 900 })
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Token').waitFor(SOON)
  expect((await page.context().cookies()).length).toBe(0)
})

test('in all of this the browser had nothing to complain of', () => {
  expect(complaints).toEqual([])
})
