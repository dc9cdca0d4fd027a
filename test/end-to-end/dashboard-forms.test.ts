// Things of the document by forms, in a real browser: judged as one writes, saved, live, taken back.
import { writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import { openBrowser, SOON, signIn, type Visit } from './browser.js'
import { BALANCERS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { Server } from './server.js'

let balancers: DemoRegions
let server: Server
let visit: Visit
let page: Page
let before: string

beforeAll(async () => {
  const port = await freePort()
  balancers = await startDemoRegions([...BALANCERS], port)
  // As it is written back: numbers without zeroes at their end.
  server = await Server.start({ traffic: exampleFor({ balancers: port }).replace('-119.70', '-119.7') })
  before = await server.readTraffic()
  visit = await openBrowser()
  page = visit.page
  await signIn(page, server)
})

afterAll(async () => {
  await visit?.browser.close()
  await server?.close()
  await balancers?.close()
})

const goTo = (view: string): Promise<unknown> => page.goto(`${server.admin}/#/${view}`)
const sheet = () => page.getByRole('dialog')
const changes = (text: string) => page.locator('.judgement .changes').getByText(text).first().waitFor(SOON)

async function save(reason: string): Promise<void> {
  await page.getByRole('button', { name: 'Save …' }).click()
  await sheet().getByLabel('Reason').fill(reason)
  await sheet().getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => sheet().count(), SOON).toBe(0)
}

async function undo(): Promise<void> {
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => server.readTraffic(), SOON).toBe(before)
}

test('a region has a form: a wrong address has its sentence, a new place shows who would move, and a save can be undone', async () => {
  await goTo('regions')
  await page.locator('table.regions tr', { hasText: 'us-west' }).getByRole('link', { name: 'Edit' }).click()
  await page.getByLabel('addresses', { exact: true }).fill('127.0.2.2, 127.0.0.300')
  await page.locator('.problems').getByText('127.0.0.300').waitFor(SOON)
  await page.getByLabel('addresses', { exact: true }).fill('127.0.2.2')
  await page.getByLabel('location', { exact: true }).fill('-33.9, 151.2')
  await page.getByLabel('tags', { exact: true }).fill('edge, south')
  await page.getByLabel('capacity', { exact: true }).fill('5000')
  await changes('capacity')
  await page.getByRole('button', { name: 'Save …' }).click()
  await sheet().locator('tr', { hasText: 'us-west' }).first().waitFor({ timeout: 60_000 })
  await page.keyboard.press('Escape')
  await save('moved to Sydney')
  expect((await server.api('GET', '/v1/regions/us-west')).body).toMatchObject({
    location: { latitude: -33.9, longitude: 151.2 },
    tags: ['edge', 'south'],
    capacity: 5000,
  })
  await undo()
})

test('a check has the fields of its type, and says which regions it probes', async () => {
  await goTo('document?section=checks')
  await page.locator('table.things tr', { hasText: 'us-west' }).getByRole('link', { name: 'api' }).click()
  await page.getByLabel('path', { exact: true }).waitFor(SOON)
  await page.getByLabel('interval', { exact: true }).fill('3 fortnights')
  await page.locator('.problems').getByText('duration').first().waitFor(SOON)
  await page.getByLabel('interval', { exact: true }).fill('4s')
  await changes('interval')
  await save('less often')
  expect((await server.api('GET', '/v1/traffic/checks/api')).body.interval).toBe('4s')
  await undo()
  await page.getByLabel('New one').fill('connects')
  await page.keyboard.press('Enter')
  await page.getByLabel('type', { exact: true }).selectOption('tcp')
  await page.getByLabel('port', { exact: true }).fill('8080')
  await changes('connects')
  expect(await page.getByLabel('path', { exact: true }).count()).toBe(0)
})

test('a safety rule and the settings of a zone have forms as well', async () => {
  await goTo('document?section=safety&id=four-up')
  await page.getByLabel('at-least', { exact: true }).fill('4')
  await changes('safety is new')
  await goTo('zones')
  await page.getByRole('link', { name: 'Edit its settings' }).click()
  await page.getByLabel('negative-ttl', { exact: true }).fill('30s')
  await changes('soa.minimum: 60 → 30')
  await save('shorter')
  expect((await server.api('GET', '/v1/traffic/zones/example.com')).body['negative-ttl']).toBe('30s')
  await undo()
})

const ROWS = Array.from({ length: 10 }, (_, i) => `10.${i}.0.0/16,us-east,${20 + i}`)
const csvOf = (rows: readonly string[]) => ['client,region,ms', ...rows, ''].join('\n')

test('a latency table is exchanged for a file, what drops too much has to be forced, and it can be taken back', async () => {
  await writeFile(server.path('rtt.csv'), csvOf(ROWS))
  await writeFile(server.path('traffic.yaml'), `${before}\nlatency: { measured: { file: rtt.csv } }\n`)
  const upload = async (rows: readonly string[]) => {
    const buffer = Buffer.from(csvOf(rows))
    await page.getByLabel('Another file in its place').setInputFiles({ name: 'new.csv', mimeType: 'text/csv', buffer })
  }
  await expect.poll(async () => (await server.api('GET', '/v1/latency')).body.tables.length, SOON).toBe(1)
  await goTo('document?section=latency&id=measured')
  await upload(['10.0.0.0/16,us-east,quickly'])
  await sheet().getByRole('alert').filter({ hasText: 'quickly' }).waitFor(SOON)
  await page.keyboard.press('Escape')
  await upload(ROWS.slice(0, 5))
  await sheet().getByText('5 of 10 rows (50 %) would be gone').waitFor(SOON)
  await sheet().getByLabel('Reason').fill('measured anew')
  const confirm = sheet().getByRole('button', { name: 'Put it in force' })
  expect(await confirm.isDisabled()).toBe(true)
  await sheet().getByLabel('Take it however much it changes').check()
  await confirm.click()
  const rows = async () => (await server.api('GET', '/v1/latency/measured')).body.rows
  await expect.poll(rows, SOON).toBe(5)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(rows, SOON).toBe(10)
})

test('in all of this the browser had nothing to complain of', () => {
  expect(visit.complaints).toEqual([])
})
