// A drill in a real browser, from the plan to the report, while a real server is really asked.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import { openBrowser, SOON, signIn, type Visit } from './browser.js'
import { addressesOf, ask, UdpClient } from './dns-client.js'
import { BALANCERS, CLIENTS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { Server, until } from './server.js'

const FRANKFURT = '127.0.2.3'
const FROM_BERLIN = ask('api.example.com', 'A', '130.149.7.0/24')
const QUERIES = CLIENTS.map(([subnet]) => ask('api.example.com', 'A', subnet))
/** ms from one round of queries to the next; a round is one query from each of five places. */
const PACE = 50

let balancers: DemoRegions
let server: Server
let client: UdpClient
let visit: Visit
let page: Page
let asking = true
let asked: Promise<void>

beforeAll(async () => {
  const port = await freePort()
  balancers = await startDemoRegions([...BALANCERS], port)
  // Virginia can carry what it is asked, and not what Frankfurt is asked besides.
  const traffic = exampleFor({ balancers: port }).replace(/(us-east:\n)/, '$1    capacity: 30\n')
  server = await Server.start({ traffic })
  client = await UdpClient.open(server)
  asked = askOn()
  visit = await openBrowser()
  page = visit.page
  await signIn(page, server)
})

afterAll(async () => {
  asking = false
  await asked
  await visit?.browser.close()
  client?.close()
  await server?.close()
  await balancers?.close()
})

/** Each waits for several things, one after the other, each of which may be slow on a machine that has much else to do. */
const LONG = 120_000

async function askOn(): Promise<void> {
  while (asking) {
    for (const query of QUERIES) void client.ask(query, 1000)
    await new Promise(resolve => setTimeout(resolve, PACE))
  }
}

const goTo = (view: string): Promise<unknown> => page.goto(`${server.admin}/#/${view}`)
const answer = async () => addressesOf((await client.ask(FROM_BERLIN))!).join() // without one the test fails
const moved = async () => ((await answer()) === FRANKFURT ? undefined : true)
const back = async () => ((await answer()) === FRANKFURT ? true : undefined)
const step = (way: string, at: number, what: 'percent' | 'for how long') =>
  page.getByLabel(`${way}, step ${at}: ${what}`)

/** Two steps of so many seconds, and the way back at once. */
async function fillPlan(seconds: number): Promise<void> {
  await goTo('drills')
  await page.getByRole('button', { name: 'Plan a drill' }).click()
  await page.getByRole('checkbox', { name: 'eu-central' }).check()
  await page.getByRole('button', { name: 'Leave out step 1 of Out' }).click()
  await page.getByRole('button', { name: 'Leave out step 1 of Back' }).click()
  await step('Out', 1, 'for how long').fill(`${seconds}s`)
  await step('Out', 2, 'for how long').fill(`${seconds}s`)
}

test(
  'before a drill is the first, the page says what a drill is',
  async () => {
    await goTo('drills')
    await page.getByText('No drill was ever planned here').waitFor(SOON)
  },
  LONG,
)

test(
  'the plan shows who would move where, and what is in its way, as one writes it',
  async () => {
    await until('the load is known', 60_000, async () => {
      const { body } = await server.api('POST', '/v1/drills/plan', { body: { targets: ['eu-central'], reason: 'x' } })
      return (body.load['us-east']?.now ?? 0) > 15 ? true : undefined
    })
    await fillPlan(4)
    await page.locator('table.moves tr', { hasText: 'eu-central' }).filter({ hasText: 'us-east' }).waitFor(SOON)
    await page.getByText('It could not begin now').waitFor(SOON)
    await page.locator('.outlook').getByText('of its capacity; 100 % is the most').waitFor(SOON)
    await page.getByLabel('No region is asked more than').fill('500')
    await page.getByText('Nothing is in its way as things are').waitFor(SOON)
  },
  LONG,
)

test(
  'a step that cannot be has its sentence, and nothing can be planned by it',
  async () => {
    await step('Out', 1, 'percent').fill('100')
    await page.getByText('each step takes more clients than the one before').waitFor(SOON)
    await page.getByLabel('Reason').fill('quarterly exercise')
    expect(await page.getByRole('button', { name: 'Plan it' }).isDisabled()).toBe(true)
    await step('Out', 1, 'percent').fill('50')
    await page.getByText('Nothing is in its way as things are').waitFor(SOON)
  },
  LONG,
)

test(
  'it is planned, started, followed and over, and its report holds what was foretold against what was counted',
  async () => {
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.getByRole('heading', { name: 'Drill 1: eu-central' }).waitFor(SOON)
    expect(await answer()).toBe(FRANKFURT)
    await page.getByRole('button', { name: 'Start now' }).click()
    await page.locator('.run', { hasText: '50 % of the clients' }).waitFor(SOON)
    await page.locator('.run', { hasText: '100 % of the clients' }).waitFor(SOON)
    await until('Berlin is elsewhere', 5000, moved)
    await page.locator('.bar .outcome.succeeded').waitFor(SOON)
    await until('Berlin is back', 5000, back)
    const row = page.locator('table.shares tr', { hasText: 'eu-central' })
    await row.waitFor(SOON)
    expect(await row.locator('td.number').nth(1).textContent()).toBe('0.0 %')
    await page.locator('.timeline').getByText('100 % of the clients go elsewhere').waitFor(SOON)
    await page.locator('table.times tr', { hasText: 'all clients were to be elsewhere' }).waitFor(SOON)
    await page.locator('.chart canvas').waitFor(SOON)
  },
  LONG,
)

test(
  'one press ends a drill that is under way, and all is as it was',
  async () => {
    await fillPlan(60)
    await page.getByLabel('No region is asked more than').fill('500')
    await page.getByText('Nothing is in its way as things are').waitFor(SOON)
    await page.getByLabel('Reason').fill('to be ended')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.getByRole('button', { name: 'Start now' }).click()
    await page.getByLabel('Why, if there is time').fill('seen enough')
    await page.getByRole('button', { name: 'Abort' }).click()
    await page.locator('.bar .outcome.aborted').waitFor(SOON)
    await page.locator('.bar').getByText('ended by admin: seen enough').waitFor(SOON)
    await until('Berlin is back', 5000, back)
    expect((await server.api('GET', '/v1/overrides')).body.overrides).toEqual([])
  },
  LONG,
)

test(
  'one that is refused says all that was in its way, and moves nothing',
  async () => {
    const { body } = await server.api('POST', '/v1/drills', { body: { targets: ['eu-central'], reason: 'too much' } })
    await goTo(`drills?drill=${body.id}`)
    await page.getByRole('button', { name: 'Start now' }).click()
    await page.locator('.complaint', { hasText: 'of its capacity' }).waitFor(SOON)
    expect(await answer()).toBe(FRANKFURT)
    await page.getByRole('button', { name: 'Cancel it' }).click()
    await page.locator('.bar .outcome.cancelled').waitFor(SOON)
  },
  LONG,
)

test(
  'the calendar has what ran and what comes every week, at its day',
  async () => {
    const at = new Date(Date.now() + 2 * 86_400_000)
    const wish = { targets: ['us-west'], at: at.toISOString(), weekly: true, reason: 'every week' }
    const { body } = await server.api('POST', '/v1/drills', { body: wish })
    await goTo('drills')
    const cell = (day: Date) =>
      page.locator('table.calendar td', { has: page.locator(`time[datetime="${isoDay(day)}"]`) })
    await cell(at).getByRole('link', { name: 'us-west , planned' }).waitFor(SOON)
    await cell(new Date(at.getTime() + 7 * 86_400_000))
      .getByRole('link', { name: 'every week' })
      .waitFor(SOON)
    await page.locator('table.calendar td.today').getByRole('link', { name: 'succeeded' }).waitFor(SOON)
    await server.api('POST', `/v1/drills/${body.id}/abort`)
  },
  LONG,
)

const isoDay = (day: Date): string => day.toISOString().slice(0, 10)

test('in all of this the browser had nothing to complain of', () => {
  expect(visit.complaints).toEqual([])
})
