// The dashboard in a real browser, against a real server with regions that can be broken.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import { openBrowser, SOON, type Visit } from './browser.js'
import { ask, UdpClient } from './dns-client.js'
import { BALANCERS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { Server } from './server.js'

const VIEWS = [
  'world',
  'regions',
  'incidents',
  'drills',
  'explain',
  'traffic',
  'zones',
  'zones?zone=example.com.&name=api',
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
/** Where pictures of every view are put, if anywhere; those of the README, in docs/images, are among them. */
const PICTURES = process.env['MERIDIAN_PICTURES']

let balancers: DemoRegions
let balancerPort: number
let server: Server
let visit: Visit
let page: Page
/** Streams of events that the page has opened. */
const streams: string[] = []

beforeAll(async () => {
  balancerPort = await freePort()
  balancers = await startDemoRegions(BALANCERS, balancerPort)
  server = await Server.start({ traffic: exampleFor({ balancers: balancerPort }) })
  visit = await openBrowser()
  page = visit.page
  page.on('request', request => {
    if (request.resourceType() === 'eventsource') streams.push(request.url())
  })
})

afterAll(async () => {
  await visit?.browser.close()
  await server?.close()
  await balancers?.close()
})

/** Puts a picture where pictures are wanted. @param pauseMs for what moves to come to rest */
async function picture(name: string, pauseMs: number): Promise<void> {
  if (PICTURES === undefined) return
  await mkdir(PICTURES, { recursive: true })
  await page.waitForTimeout(pauseMs)
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
}

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

test('a click on land has explained what clients there get, and so has the link of its country', async () => {
  await goTo('world')
  await page.locator('.dots path').first().waitFor(SOON)
  await page.locator('.mark', { hasText: 'ap-northeast' }).locator('circle').last().click(SOON)
  await page.locator('.story tr.chosen', { hasText: 'ap-northeast' }).waitFor(SOON)
  expect(new URL(page.url()).hash).toMatch(/near=/)
  expect(await page.getByLabel('Client network').inputValue()).toMatch(/^[0-9.]+\/24$/)
  await goTo('world')
  await page.getByText('The same as a table, by country').click()
  await page.getByRole('link', { name: 'Germany' }).click()
  await page.locator('.story tr.chosen', { hasText: 'eu-central' }).waitFor(SOON)
})

test('the map of an explanation shows the client, asks by a click, and a link passes the very question on', async () => {
  await goTo('explain?name=api.example.com&client=133.11.0.0/24')
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
  await goTo('world')
  await setTokyo('fail')
  await legend('ap-northeast').getByText('down').waitFor(SOON)
  await page.getByText('1 of 5 out: ap-northeast').waitFor(SOON)
  await picture('readme-world', 800)
  await goTo('regions')
  await row('ap-northeast').getByText('api: status 503').waitFor(SOON)
  await goTo('explain?name=api.example.com&client=133.11.0.0/24')
  await page.locator('.story tr.chosen', { hasText: 'ap-southeast' }).waitFor(SOON)
  await page.locator('.story tr.down', { hasText: 'ap-northeast' }).waitFor(SOON)
  await page.locator('pre', { hasText: '127.0.2.5' }).waitFor(SOON)
  await picture('readme-explain', 800)
  await setTokyo('recover')
  await page.locator('.story tr.chosen', { hasText: 'ap-northeast' }).waitFor(SOON)
  await page.getByText('All 5 regions are up').waitFor(SOON)
})

test('what befell it is an incident, step by step, from the first failure to the last answer in a cache', async () => {
  await goTo('regions')
  await row('ap-northeast').getByRole('link', { name: 'Incidents' }).click()
  await page.locator('table.incidents tr', { hasText: 'api: status 503' }).getByRole('link').click()
  await page.getByRole('heading', { name: 'ap-northeast' }).waitFor(SOON)
  const steps = (way: string) => page.locator('.panel', { hasText: way }).locator('table.waterfall tbody tr')
  await steps('The way down').first().getByText('the first failure').waitFor(SOON)
  await steps('The way down').getByText('127.0.2.4 is judged to be down').waitFor(SOON)
  await steps('The way back').getByText('127.0.2.4 is judged to be up').waitFor(SOON)
  await page.locator('.bar .state', { hasText: 'over' }).waitFor(SOON)
})

test('a node without a fleet says so, and what a fleet would be', async () => {
  await goTo('fleet')
  await page.getByText('This node is alone').waitFor(SOON)
})

test('disabling shows the consequence, wants a reason and an end, moves clients, and can be undone', async () => {
  const client = await UdpClient.open(server)
  await goTo('regions')
  const before = await server.readTraffic()
  await row('ap-northeast').getByRole('button', { name: 'Disable' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Its clients go to').waitFor(SOON)
  await sheet.getByText('4 other regions are up').waitFor(SOON)
  const confirm = sheet.getByRole('button', { name: 'Disable ap-northeast' })
  expect(await confirm.isDisabled()).toBe(true)
  await sheet.getByLabel('Reason').fill('maintenance until 14:00')
  await sheet.getByLabel('Ends').selectOption('at a time')
  await sheet.getByLabel('At, in UTC').fill('2020-01-01T14:00')
  expect(await confirm.isDisabled()).toBe(true)
  await sheet.getByLabel('Ends').selectOption('in 2 hours')
  await confirm.click()
  await row('ap-northeast').locator('.state.disabled').waitFor(SOON)
  await row('ap-northeast').getByText('down by admin, 1 h 59 min still: maintenance until 14:00').waitFor(SOON)
  await page.getByText('1 of 5 out: ap-northeast').waitFor(SOON)
  const answer = await client.ask(ask('api.example.com', 'A', '133.11.0.0/24'))
  expect(answer?.answers.map(({ rdata }) => [...rdata].join('.'))).toEqual(['127.0.2.5'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await row('ap-northeast').locator('.state.up').waitFor(SOON)
  expect((await server.api('GET', '/v1/overrides')).body.overrides).toEqual([])
  expect(await server.readTraffic()).toBe(before)
  client.close()
})

test('what is to end when somebody says so is written into the document, told with who and why, and enabled from there', async () => {
  const before = await server.readTraffic()
  await goTo('regions')
  await row('ap-northeast').getByRole('button', { name: 'Disable' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('Ends').selectOption('not by itself')
  await sheet.getByLabel('Reason').fill('torn down')
  await sheet.getByRole('button', { name: 'Disable ap-northeast' }).click()
  await row('ap-northeast').getByText('disabled in the document by admin: torn down').waitFor(SOON)
  expect(await server.readTraffic()).toMatch(/^ *enabled: false/m)
  await row('ap-northeast').getByRole('button', { name: 'Enable' }).click()
  await sheet.locator('tr', { hasText: 'ap-northeast' }).first().waitFor(SOON)
  await sheet.getByLabel('Reason').fill('built anew')
  await sheet.getByRole('button', { name: 'Enable ap-northeast' }).click()
  await row('ap-northeast').locator('.state.up').waitFor(SOON)
  await writeFile(server.path('traffic.yaml'), before)
})

test('a region that is down can be forced up for a while, and no longer', async () => {
  await setTokyo('fail')
  await goTo('regions')
  await row('ap-northeast').locator('.state.down').waitFor(SOON)
  await row('ap-northeast').getByRole('button', { name: 'Force up' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Clients will be sent to it although its checks fail').waitFor(SOON)
  await sheet.getByLabel('Reason').fill('the check is wrong')
  await sheet.getByRole('button', { name: 'Force up ap-northeast' }).click()
  await row('ap-northeast').locator('.state', { hasText: 'forced up' }).waitFor(SOON)
  await row('ap-northeast').getByText('api: status 503').waitFor(SOON)
  await page.getByText('All 5 regions are up').waitFor(SOON)
  await page.locator('table.overrides').getByRole('button', { name: 'End' }).click()
  await sheet.getByText('said so: the check is wrong').waitFor(SOON)
  await sheet.getByLabel('Reason').fill('it was right')
  await sheet.getByRole('button', { name: 'End the override' }).click()
  await row('ap-northeast').locator('.state.down').waitFor(SOON)
  await setTokyo('recover')
  await row('ap-northeast').locator('.state.up').waitFor(SOON)
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
  await page.getByRole('button', { name: 'Undo' }).click()
  await writeFile(server.path('traffic.yaml'), sound)
  await row('us-west').locator('.state.up').waitFor(SOON)
})

test('clients that ask are on the map, with an arc to their region, and in the tables of what there is most of', async () => {
  const client = await UdpClient.open(server)
  for (const subnet of ['133.11.0.0/24', '133.11.0.0/24', '130.149.7.0/24'])
    expect(await client.ask(ask('api.example.com', 'A', subnet))).toBeDefined()
  client.close()
  await goTo('traffic')
  await page.locator('table.top.name tr', { hasText: 'api.example.com.' }).waitFor(SOON)
  await page.locator('table.top.client tr', { hasText: '133.11.0.0/24' }).waitFor(SOON)
  await page.locator('table.top.reason tr', { hasText: 'steered' }).waitFor(SOON)
  await page.getByText('Time to answer').waitFor(SOON)
  await goTo('world')
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

test('a sheet is left by Escape, and nothing has happened', async () => {
  await goTo('regions')
  const before = await server.readTraffic()
  await row('us-east').getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('dialog').waitFor(SOON)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count(), SOON).toBe(0)
  expect(await server.readTraffic()).toBe(before)
})

test('a drain shows what each percent would do, is in force at once, and can be ended and put back', async () => {
  await goTo('regions')
  await row('us-east').getByRole('button', { name: 'Drain' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Its clients go to').waitFor(SOON)
  await sheet.getByLabel('Percent of its clients that go elsewhere').fill('100')
  await sheet.getByLabel('Reason').fill('trying a drain')
  await sheet.getByRole('button', { name: 'Drain us-east' }).click()
  const overrides = page.locator('table.overrides')
  await overrides.getByText('drained by 100 %').waitFor(SOON)
  await row('us-east').getByText('trying a drain').waitFor(SOON)
  const client = await UdpClient.open(server)
  const addresses = async () => {
    const answer = await client.ask(ask('api.example.com', 'A', '128.143.0.0/24'))
    return answer?.answers.map(({ rdata }) => [...rdata].join('.'))
  }
  expect(await addresses()).not.toEqual(['127.0.2.1'])
  const end = async () => {
    await overrides.getByRole('button', { name: 'End' }).click()
    await sheet.locator('tr', { hasText: 'us-east' }).first().waitFor(SOON)
    await sheet.getByLabel('Reason').fill('tried')
    await sheet.getByRole('button', { name: 'End the override' }).click()
  }
  await end()
  await expect.poll(() => overrides.count(), SOON).toBe(0)
  expect(await addresses()).toEqual(['127.0.2.1'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await overrides.getByText('trying a drain').waitFor(SOON)
  await end()
  await expect.poll(() => overrides.count(), SOON).toBe(0)
  client.close()
})

const editor = () => page.getByRole('textbox', { name: 'The document' })
/** Puts the cursor behind the first occurrence of a text, and marks what stands there. */
const select = (text: string): Promise<unknown> =>
  editor().evaluate((field, text) => {
    const area = field as unknown as { value: string; focus(): void; setSelectionRange(a: number, b: number): void }
    const at = area.value.indexOf(text)
    area.focus()
    area.setSelectionRange(at, at + text.length)
  }, text)

test('the document is edited: a mistake has its line and a suggestion, keys are completed, and a save can be undone', async () => {
  const before = await server.readTraffic()
  await goTo('document')
  await expect.poll(() => editor().inputValue(), SOON).toBe(before)
  const save = page.getByRole('button', { name: 'Save' })
  expect(await save.isDisabled()).toBe(true)
  await select('rise: 2')
  await page.keyboard.type('rize: 3')
  await page.locator('.problems').getByText('did you mean “rise”?').waitFor(SOON)
  expect(await save.isDisabled()).toBe(true)
  expect(await page.locator('.gutter .bad').count()).toBe(1)
  expect(await server.readTraffic()).toBe(before)
  await select('rize: 3')
  await page.keyboard.type('ri')
  await page.getByRole('option', { name: 'rise:' }).waitFor(SOON)
  await page.keyboard.press('Enter')
  await page.keyboard.type('3')
  await page.locator('.judgement').getByText('rise: 2 → 3').waitFor(SOON)
  await save.click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('Reason').fill('one more pass')
  await sheet.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved as revision').waitFor(SOON)
  expect(await server.readTraffic()).toBe(before.replace('rise: 2', 'rise: 3'))
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => server.readTraffic(), SOON).toBe(before)
  await expect.poll(() => editor().inputValue(), SOON).toBe(before)
})

test('who edits while somebody else saves is told, also while that is being read, and overwrites nothing', async () => {
  await goTo('document')
  const before = await server.readTraffic()
  await expect.poll(() => editor().inputValue(), SOON).toBe(before)
  let goOn = () => {}
  const typed = new Promise<void>(resolve => {
    goOn = resolve
  })
  const texts = '**/v1/revisions/*/text'
  await page.route(texts, route => typed.then(() => route.continue()))
  const reads = page.waitForRequest(texts)
  await writeFile(server.path('traffic.yaml'), before.replace('rise: 2', 'rise: 4'))
  await reads
  await select('fall: 3')
  await page.keyboard.type('fall: 4')
  const read = page.waitForResponse(texts)
  goOn()
  await (await read).finished()
  await page.unroute(texts)
  await page.getByText('The document has changed since you began').waitFor(SOON)
  expect(await editor().inputValue()).toBe(before.replace('fall: 3', 'fall: 4'))
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Drop it and read the new one' }).click()
  await expect.poll(() => editor().inputValue(), SOON).toContain('rise: 4')
})

test('history tells what changed by meaning, and goes back', async () => {
  await goTo('history')
  await page.locator('.changes', { hasText: 'rise: 2 → 4' }).waitFor(SOON)
  await page.locator('.revisions li').nth(1).getByRole('link').click()
  await page.getByRole('button', { name: 'Go back to it' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('rise: 4 → 2').waitFor(SOON)
  await sheet.getByLabel('Reason').fill('it was right before')
  await sheet.getByRole('button', { name: 'Go back to' }).click()
  await page.locator('.revisions li').first().getByText('it was right before').waitFor(SOON)
  expect(await server.readTraffic()).toMatch(/rise: 2/)
})

test('the audit trail has what was done here, and can be picked from', async () => {
  await goTo('audit')
  await page.getByRole('cell', { name: '/rollback' }).first().waitFor(SOON)
  await page.getByLabel('What').fill('overrides')
  await page.getByRole('button', { name: 'Show' }).click()
  await expect.poll(() => page.getByRole('cell', { name: '/rollback' }).count(), SOON).toBe(0)
  await page.getByRole('cell', { name: 'POST /v1/overrides' }).first().waitFor(SOON)
  await page.getByText('trying a drain').first().waitFor(SOON)
  await page.getByLabel('Who').fill('nobody-of-this-name')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByText('Nothing of this kind is in the newest part').waitFor(SOON)
  await page.getByLabel('Who').fill('')
  await page.getByLabel('Outcome').selectOption('done')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByText('trying a drain').first().waitFor(SOON)
  await page.getByLabel('Outcome').selectOption('refused')
  await page.getByRole('button', { name: 'Show' }).click()
  await expect.poll(() => page.getByText('trying a drain').count(), SOON).toBe(0)
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
  for (const scheme of ['light', 'dark'] as const)
    for (const width of [1360, 420]) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize({ width, height: 900 })
      for (const view of VIEWS) {
        await goTo(view === 'explain' ? 'explain?name=api.example.com&client=133.11.0.0/24' : view)
        await page.locator('main h1').waitFor(SOON)
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        expect(overflow, `${view} at ${width} px is wider than the window`).toBeLessThanOrEqual(0)
        await picture(`${view.replace(/\W+/g, '-')}-${scheme}-${width}`, 800)
      }
    }
}, 180_000)

test('whoever may change things can put that off, so that no hand slips', async () => {
  await page.setViewportSize({ width: 1360, height: 900 })
  await goTo('regions')
  const deeds = row('us-east').getByRole('button')
  await expect.poll(() => deeds.count(), SOON).toBe(2)
  await page.getByRole('button', { name: 'Read only' }).click()
  await expect.poll(() => deeds.count(), SOON).toBe(0)
  await page.reload()
  await row('us-east').waitFor(SOON)
  expect(await deeds.count()).toBe(0)
  await page.getByRole('button', { name: 'Read only' }).click()
  await expect.poll(() => deeds.count(), SOON).toBe(2)
})

test('signing out closes the page', async () => {
  await page.setViewportSize({ width: 1360, height: 900 })
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Token').waitFor(SOON)
  expect((await page.context().cookies()).length).toBe(0)
})

test('a token that may only look sees no way to change anything', async () => {
  const made = await fetch(`${server.admin}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await server.token()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'wall-screen', scopes: ['read'] }),
  })
  const { secret } = (await made.json()) as { secret: string } // the API's own reply
  await page.goto(server.admin)
  await page.getByLabel('Token').fill(secret)
  await page.keyboard.press('Enter')
  await page.getByText('All 5 regions are up').waitFor(SOON)
  await goTo('regions')
  await row('us-east').waitFor(SOON)
  expect(await row('us-east').getByRole('button').count()).toBe(0)
  expect(await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Audit' }).count()).toBe(0)
  await goTo('document')
  await expect.poll(() => editor().isEditable(), SOON).toBe(false)
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0)
  await goTo('audit')
  await page.getByText('for tokens with the scope admin').waitFor(SOON)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Token').waitFor(SOON)
})

test('in all of this the browser had nothing to complain of', () => {
  expect(visit.complaints).toEqual([])
})
