// The dashboard with no hand on the mouse, and where sessions end and servers go away while somebody is at work.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import { DASHBOARD_FOLDER, readPage } from '../../src/control-plane/admin/dashboard.js'
import { openBrowser, SOON, signIn, type Visit } from './browser.js'
import { BALANCERS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { Server } from './server.js'

let balancers: DemoRegions
let server: Server
let visit: Visit
let page: Page
/** Whom the page has asked for something. */
const asked = new Set<string>()
const MOST_BYTES = 150 * 1024

beforeAll(async () => {
  const port = await freePort()
  balancers = await startDemoRegions([...BALANCERS], port)
  server = await Server.start({ traffic: exampleFor({ balancers: port }) })
  visit = await openBrowser()
  page = visit.page
  page.on('request', request => asked.add(new URL(request.url()).origin))
  await signIn(page, server)
})

afterAll(async () => {
  await visit?.browser.close()
  await server?.close()
  await balancers?.close()
})

const press = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}
const focused = (): Promise<string> =>
  page.evaluate<string>(
    "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).replace(/\\s+/g, ' ').trim()",
  )

/** As often as it takes, and no more than a page has things to stand on. */
async function tabTo(words: RegExp): Promise<void> {
  for (let i = 0; i < 80; i++) {
    if (words.test(await focused())) return
    await press('Tab')
  }
  throw new Error(`Tab never came to ${words}`)
}

const seenOutline = (): Promise<string> =>
  page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')

test('the first stop of the page leads past its head, and stays on the view', async () => {
  await press('g', 'r')
  await page.getByRole('heading', { name: 'Regions', level: 1 }).waitFor(SOON)
  await page.reload()
  await page.getByRole('heading', { name: 'Regions', level: 1 }).waitFor(SOON)
  await press('Tab')
  expect(await focused()).toBe('To the content')
  await press('Enter', 'Tab')
  expect(await page.evaluate("document.getElementById('content').contains(document.activeElement)")).toBe(true)
  expect(new URL(page.url()).hash).toBe('#/regions')
})

test('a region is disabled and brought back by keys alone: the sheet keeps the focus, and gives it back', async () => {
  await tabTo(/^Disable … ap-northeast/)
  expect(await seenOutline()).toBe('solid')
  await press('Enter')
  const sheet = page.getByRole('dialog')
  // On a machine that has much else to do a region may just now be down.
  const told = sheet.getByText(/Its clients go to|No clients would move/)
  await told.waitFor(SOON)
  for (let i = 0; i < 12; i++) {
    await press('Tab')
    // The browser's own bar has a turn as well, and is the body as far as the page can tell.
    const inside = await page.evaluate(
      "document.activeElement === document.body || document.querySelector('dialog').contains(document.activeElement)",
    )
    expect(inside, await focused()).toBe(true)
  }
  await press('Escape')
  await expect.poll(() => sheet.count(), SOON).toBe(0)
  expect(await focused()).toMatch(/^Disable … ap-northeast/)
  await press('Enter')
  await told.waitFor(SOON)
  await sheet.getByLabel('Reason').focus()
  await page.keyboard.type('by keys')
  await press('Enter')
  const row = page.locator('table.regions tr', { hasText: 'ap-northeast' })
  await row.locator('.state.disabled').waitFor(SOON)
  await expect.poll(() => focused(), SOON).toMatch(/^Enable … ap-northeast/)
  await press('u')
  await row.locator('.state.up').waitFor(SOON)
})

test('the way back is offered for a minute, and for as long as somebody points at it', async () => {
  const own = await openBrowser()
  try {
    await own.page.clock.install()
    await signIn(own.page, server)
    await own.page.goto(`${server.admin}/#/regions`)
    await own.page.getByRole('button', { name: /^Disable … ap-northeast/ }).click()
    await own.page.getByRole('dialog').getByLabel('Reason').fill('for a while')
    await own.page.keyboard.press('Enter')
    const undo = own.page.getByRole('status').getByRole('button', { name: 'Undo' })
    await undo.hover(SOON)
    await own.page.clock.fastForward('10:00')
    expect(await undo.isVisible()).toBe(true)
    await own.page.mouse.move(0, 0)
    await own.page.clock.fastForward('00:10')
    expect(await undo.isVisible()).toBe(true)
    await own.page.clock.fastForward('00:51')
    await expect.poll(() => undo.isVisible(), SOON).toBe(false)
    await own.page.keyboard.press('u')
    await own.page.getByRole('button', { name: /^Enable … ap-northeast/ }).click()
    await own.page.getByRole('dialog').getByLabel('Reason').fill('enough')
    await own.page.keyboard.press('Enter')
    await own.page.getByRole('button', { name: /^Disable … ap-northeast/ }).waitFor(SOON)
    expect(own.complaints).toEqual([])
  } finally {
    await own.browser.close()
  }
})

test('letters go to views, a question mark lists them, and none of them is in the way of writing', async () => {
  await press('?')
  const sheet = page.getByRole('dialog', { name: 'Keys' })
  await sheet.getByText('Explain', { exact: true }).waitFor(SOON)
  await press('Escape')
  await press('g', 'e')
  await page.getByRole('heading', { name: 'Explain an answer' }).waitFor(SOON)
  await press('/')
  await press('Control+a')
  await page.keyboard.type('u.gr?')
  expect(await page.getByRole('combobox', { name: 'Name' }).inputValue()).toBe('u.gr?')
  expect(await page.getByRole('heading', { name: 'Explain an answer' }).count()).toBe(1)
})

test('a policy is written step by step, told what it would come to, saved and taken back', async () => {
  const before = await server.readTraffic()
  await page.goto(`${server.admin}/#/policies`)
  await page.getByLabel('New policy').fill('near-two')
  await press('Enter')
  await page.getByRole('heading', { name: 'Policy near-two' }).waitFor(SOON)
  await page.getByLabel('Another step').selectOption('prefer')
  await page.getByText('These regions go before all others.').first().waitFor(SOON)
  await page.getByRole('button', { name: 'Add the step' }).click()
  await page.getByLabel('prefer', { exact: true }).fill('eu-centrall')
  await page.locator('.problems').getByText('did you mean “eu-central”?').waitFor(SOON)
  expect(await page.getByRole('button', { name: 'Save …' }).isDisabled()).toBe(true)
  await page.getByLabel('prefer', { exact: true }).fill('eu-central')
  await page.getByRole('button', { name: 'Move step 2, prefer up' }).click()
  await page.locator('.judgement').getByText('This would change').waitFor(SOON)
  await page.getByRole('button', { name: 'Save …' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('Reason').fill('to try it')
  await sheet.getByRole('button', { name: 'Save' }).click()
  await page.locator('table.policies tr', { hasText: 'near-two' }).getByText('prefer: eu-central').waitFor(SOON)
  expect((await server.api('GET', '/v1/traffic/policies/near-two')).body).toEqual([
    { prefer: 'eu-central' },
    'distance',
  ])
  await press('u')
  await expect.poll(() => server.readTraffic(), SOON).toBe(before)
})

test('the records of a name have forms, and another policy for it shows first whose clients would move', async () => {
  const before = await server.readTraffic()
  await page.goto(`${server.admin}/#/zones`)
  await page.getByRole('link', { name: 'Edit api.example.com.' }).click()
  await page.getByLabel('steer', { exact: true }).fill('all')
  await page.locator('.judgement').getByText('This would change').waitFor(SOON)
  await page.getByRole('button', { name: 'Save …' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.locator('tr', { hasText: 'api.example.com' }).first().waitFor(SOON)
  await press('Escape')
  await expect.poll(() => sheet.count(), SOON).toBe(0)
  expect(await server.readTraffic()).toBe(before)
})

test('what is being written outlives the session that it was begun in', async () => {
  await page.goto(`${server.admin}/#/document`)
  const editor = page.getByRole('textbox', { name: 'The document' })
  await expect.poll(() => editor.inputValue(), SOON).not.toBe('')
  await editor.press('End')
  await page.keyboard.type(' # half a thought')
  await page.context().clearCookies()
  const sheet = page.getByRole('dialog', { name: 'The session has ended' })
  await sheet.waitFor(SOON)
  await sheet.getByLabel('Token').fill(await server.token())
  await press('Enter')
  await expect.poll(() => sheet.count(), SOON).toBe(0)
  expect(await editor.inputValue()).toContain('# half a thought')
  await page.locator('.judgement').getByText('Only comments').waitFor(SOON)
  await page.getByRole('button', { name: 'Drop changes' }).click()
})

test('the whole page is packed into 150 KB, and asks nobody but its server', () => {
  const packed = readPage(DASHBOARD_FOLDER).map(({ gzipped }) => gzipped.length)
  expect(packed.length).toBeGreaterThan(3)
  expect(packed.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(MOST_BYTES)
  expect([...asked]).toEqual([server.admin])
})

test('in all of this the browser had nothing to complain of', () => {
  expect(visit.complaints).toEqual([])
})

test('where the server is gone the page says since when, and shows what it knew', async () => {
  await page.goto(`${server.admin}/#/regions`)
  await page.locator('table.regions tr', { hasText: 'us-east' }).waitFor(SOON)
  await server.close()
  await page.getByRole('alert').filter({ hasText: 'The server cannot be reached since' }).waitFor(SOON)
  expect(await page.locator('table.regions tr', { hasText: 'us-east' }).count()).toBe(1)
})
