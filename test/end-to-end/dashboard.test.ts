// The world, explanations and incidents in a real browser, against a real server with regions that can be broken; who is let in.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SOON } from './browser.js'
import { takePicture } from './dashboard-pictures.js'
import { openStage, type Stage } from './dashboard-stage.js'
import { ask, UdpClient } from './dns-client.js'

let stage: Stage
let page: Page
beforeAll(async () => {
  stage = await openStage({ signedOut: true })
  page = stage.page
  page.on('request', request => {
    if (request.resourceType() === 'eventsource') streams.push(request.url())
  })
})
afterAll(() => stage?.close())

/** Streams of events that the page has opened. */
const streams: string[] = []

test('nobody looks in without the token; a wrong one is told so, the right one opens the page', async () => {
  await page.goto(stage.server.admin)
  await page.getByLabel('Token').fill('a guess')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').filter({ hasText: 'not the right one' }).waitFor(SOON)
  await page.getByLabel('Token').fill(await stage.server.token())
  await page.keyboard.press('Enter')
  await page.getByText('All 5 regions are up').waitFor(SOON)
  const cookies = await page.context().cookies()
  expect(cookies).toMatchObject([{ name: 'meridian_session', httpOnly: true, sameSite: 'Strict' }])
})

test('the world shows the land of every region, and who would take over where one is pointed at', async () => {
  await stage.goTo('world')
  await page.locator('.dots path').first().waitFor(SOON)
  await expect.poll(() => stage.legend('eu-central').textContent(), SOON).toMatch(/\d+ % of land/)
  await stage.legend('eu-central').hover()
  await expect.poll(() => stage.legend('eu-central').textContent(), SOON).toContain('without it: ')
  expect(await page.locator('.dots path.moved').count()).toBeGreaterThan(0)
})

test('a click on land has explained what clients there get, and so has the link of its country', async () => {
  await stage.goTo('world')
  await page.locator('.dots path').first().waitFor(SOON)
  await page.locator('.mark', { hasText: 'ap-northeast' }).locator('circle').last().click(SOON)
  await page.locator('.story tr.chosen', { hasText: 'ap-northeast' }).waitFor(SOON)
  expect(new URL(page.url()).hash).toMatch(/near=/)
  expect(await page.getByLabel('Client network').inputValue()).toMatch(/^[0-9.]+\/24$/)
  await stage.goTo('world')
  await page.getByText('The same as a table, by country').click()
  await page.getByRole('link', { name: 'Germany' }).click()
  await page.locator('.story tr.chosen', { hasText: 'eu-central' }).waitFor(SOON)
})

test('the map of an explanation shows the client, asks by a click, and a link passes the very question on', async () => {
  await stage.goTo('explain?name=api.example.com&client=133.11.0.0/24')
  await page.locator('.story tr.chosen', { hasText: 'ap-northeast' }).waitFor(SOON)
  await page.locator('.dots path').first().waitFor(SOON)
  expect(await page.locator('.client path').count()).toBe(1)
  await page.locator('.mark', { hasText: 'us-west' }).locator('circle').last().click(SOON)
  await page.locator('.story tr.chosen', { hasText: 'us-west' }).waitFor(SOON)
  const client = await page.getByLabel('Client network').inputValue()
  await page.getByRole('link', { name: 'Link to this question' }).click()
  await expect.poll(() => new URL(page.url()).hash, SOON).toContain(`client=${encodeURIComponent(client)}`)
  await page.locator('.story tr.chosen', { hasText: 'us-west' }).waitFor(SOON)
  await page.getByRole('combobox', { name: 'Name' }).fill('example.com')
  await page.getByLabel('Type').selectOption('SOA')
  await page.getByRole('button', { name: 'Explain' }).click()
  await page.getByText('Click where the client is').waitFor(SOON)
})

test('a region that breaks changes map, table and explanation without a reload, and so does its return', async () => {
  await stage.goTo('world')
  await stage.setTokyo('fail')
  await stage.legend('ap-northeast').getByText('down').waitFor(SOON)
  await page.locator('.mark.down', { hasText: 'ap-northeast' }).locator('.cross').waitFor(SOON)
  await page.getByText('1 of 5 out: ap-northeast').waitFor(SOON)
  await takePicture(page, 'readme-world', 800)
  await stage.goTo('regions')
  await stage.row('ap-northeast').getByText('api: status 503').waitFor(SOON)
  await stage.goTo('explain?name=api.example.com&client=133.11.0.0/24')
  await page.locator('.story tr.chosen', { hasText: 'ap-southeast' }).waitFor(SOON)
  await page.locator('.story tr.down', { hasText: 'ap-northeast' }).waitFor(SOON)
  await page.locator('pre', { hasText: '127.0.2.5' }).waitFor(SOON)
  await takePicture(page, 'readme-explain', 800)
  await stage.setTokyo('recover')
  await page.locator('.story tr.chosen', { hasText: 'ap-northeast' }).waitFor(SOON)
  await page.getByText('All 5 regions are up').waitFor(SOON)
})

test('what befell it is an incident, step by step, from the first failure to the last answer in a cache', async () => {
  await stage.goTo('regions')
  await stage.row('ap-northeast').getByRole('link', { name: 'Incidents' }).click()
  await page.locator('table.incidents tr', { hasText: 'api: status 503' }).getByRole('link').click()
  await page.getByRole('heading', { name: 'ap-northeast' }).waitFor(SOON)
  const steps = (way: string) => page.locator('.panel', { hasText: way }).locator('table.waterfall tbody tr')
  await steps('The way down').first().getByText('the first failure').waitFor(SOON)
  await steps('The way down').getByText('127.0.2.4 is judged to be down').waitFor(SOON)
  await steps('The way back').getByText('127.0.2.4 is judged to be up').waitFor(SOON)
  await page.locator('.bar .state', { hasText: 'over' }).waitFor(SOON)
})

test('a node without a fleet says so, and what a fleet would be', async () => {
  await stage.goTo('fleet')
  await page.getByText('This node is alone').waitFor(SOON)
})

test('a name that cannot be asked for is answered with the sentence of the API', async () => {
  await stage.goTo('explain')
  await page.getByRole('combobox', { name: 'Name' }).fill('a..b')
  await page.getByRole('button', { name: 'Explain' }).click()
  await page.getByRole('alert').filter({ hasText: 'a..b' }).waitFor(SOON)
})

test('clients that ask are on the map, with an arc to their region, and in the tables of what there is most of', async () => {
  const client = await UdpClient.open(stage.server)
  for (const subnet of ['133.11.0.0/24', '133.11.0.0/24', '130.149.7.0/24'])
    expect(await client.ask(ask('api.example.com', 'A', subnet))).toBeDefined()
  client.close()
  await stage.goTo('traffic')
  await page.locator('table.top.name tr', { hasText: 'api.example.com.' }).waitFor(SOON)
  await page.locator('table.top.client tr', { hasText: '133.11.0.0/24' }).waitFor(SOON)
  await page.locator('table.top.reason tr', { hasText: 'steered' }).waitFor(SOON)
  await page.getByText('Time to answer').waitFor(SOON)
  await stage.goTo('world')
  await page
    .locator('.clients path.arc')
    .first()
    .waitFor({ ...SOON, state: 'attached' })
  await expect.poll(() => page.locator('.clients circle').count(), SOON).toBeGreaterThanOrEqual(2)
  await page.locator('summary', { hasText: 'Clients that were seen' }).click()
  await page.locator('table.clients tr', { hasText: 'ap-northeast' }).first().waitFor(SOON)
})

test('the page is told what happens, and does not only ask', () => {
  expect(streams.length).toBeGreaterThan(0)
})

test('whoever may change things can put that off, so that no hand slips', async () => {
  await stage.goTo('regions')
  const deeds = stage.row('us-east').getByRole('button')
  await expect.poll(() => deeds.count(), SOON).toBe(2)
  await page.getByRole('button', { name: 'Read only' }).click()
  await expect.poll(() => deeds.count(), SOON).toBe(0)
  await page.reload()
  await stage.row('us-east').waitFor(SOON)
  expect(await deeds.count()).toBe(0)
  await page.getByRole('button', { name: 'Read only' }).click()
  await expect.poll(() => deeds.count(), SOON).toBe(2)
})

test('signing out closes the page', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Token').waitFor(SOON)
  expect((await page.context().cookies()).length).toBe(0)
})

test('a token that may only look sees no way to change anything', async () => {
  const made = await fetch(`${stage.server.admin}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await stage.server.token()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'wall-screen', scopes: ['read'] }),
  })
  const { secret } = (await made.json()) as { secret: string } // the API's own reply
  await page.goto(stage.server.admin)
  await page.getByLabel('Token').fill(secret)
  await page.keyboard.press('Enter')
  await page.getByText('All 5 regions are up').waitFor(SOON)
  await stage.goTo('regions')
  await stage.row('us-east').waitFor(SOON)
  expect(await stage.row('us-east').getByRole('button').count()).toBe(0)
  expect(await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Audit' }).count()).toBe(0)
  await stage.goTo('document')
  await expect.poll(() => page.getByRole('textbox', { name: 'The document' }).isEditable(), SOON).toBe(false)
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0)
  await stage.goTo('audit')
  await page.getByText('for tokens with the scope admin').waitFor(SOON)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Token').waitFor(SOON)
})

test('in all of this the browser had nothing to complain of', () => {
  expect(stage.complaints).toEqual([])
})
