// The dashboard where there is nothing to show yet: a document without regions, and a server that has not replied.
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, SOON, type Visit } from './browser.js'
import { inEveryLook } from './dashboard-pictures.js'
import { Server } from './server.js'

let server: Server
let visit: Visit
let page: Page

beforeAll(async () => {
  server = await Server.start({ traffic: 'zones: {}\n' })
  visit = await openBrowser()
  page = visit.page
  await page.goto(server.admin)
  await page.getByLabel('Token').fill(await server.token())
  await page.keyboard.press('Enter')
  await page.getByText('There is no region yet').waitFor(SOON)
})

afterAll(async () => {
  await visit?.browser.close()
  await server?.close()
})

/** A page of another window, in which the same person is signed in. */
async function another(options: BrowserContextOptions): Promise<Page> {
  const context = await visit.browser.newContext({ ...options, storageState: await page.context().storageState() })
  return context.newPage()
}

test.each([
  ['world', 'Nothing is steered yet'],
  ['regions', 'The traffic document has no regions yet'],
  ['incidents', 'Nothing of this kind is kept here'],
  ['drills', 'No drill was ever planned here'],
  ['traffic', 'No query was sampled'],
  ['zones', 'No zone is served'],
  ['dnssec', 'No zone is signed'],
  ['policies', 'built in'],
  ['document?section=checks', 'The document has none yet'],
  ['history', 'the document as it was found'],
  ['fleet', 'This node is alone'],
])('%s says what is not there yet', async (view, words) => {
  await page.goto(`${server.admin}/#/${view}`)
  await page.locator('main').getByText(words).first().waitFor(SOON)
  await inEveryLook(page, `empty-${view.replace(/\W+/g, '-')}`)
})

test('while something is on its way it is said what, and nothing turns without words', async () => {
  const waiting = await another({})
  // Not a reply will come.
  await waiting.route('**/v1/**', () => {})
  for (const view of [
    'world',
    'regions',
    'incidents',
    'drills',
    'traffic',
    'zones',
    'dnssec',
    'policies',
    'document',
    'history',
    'audit',
    'fleet',
    'node',
  ]) {
    await waiting.goto(`${server.admin}/?${view}#/${view}`)
    await waiting.locator('.standing', { hasText: 'Asking …' }).waitFor(SOON)
    expect(await waiting.locator('main').textContent(), view).toMatch(/Reading [a-z ]+ …/)
  }
  await waiting.context().close()
})

test('moments are told in UTC, and in the time of whoever looks', async () => {
  const elsewhere = await another({ timezoneId: 'Asia/Tokyo' })
  await elsewhere.goto(`${server.admin}/#/audit`)
  await elsewhere
    .locator('footer')
    .getByText(/UTC, \w{3} \d\d:\d\d here/)
    .waitFor(SOON)
  const told = elsewhere.locator('table.audit time.moment').first()
  await told.waitFor(SOON)
  const at = new Date((await told.getAttribute('datetime'))!) // every moment has one
  expect(await told.textContent()).toContain(at.toISOString().slice(11, 19))
  const here = new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(11, 16)
  expect(await told.textContent()).toContain(`${here} here`)
  await elsewhere.context().close()
})

test('in all of this the browser had nothing to complain of', () => {
  expect(visit.complaints).toEqual([])
})
