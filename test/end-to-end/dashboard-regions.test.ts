// Regions taken out and brought back in a real browser: what is shown before, what is in force after, and the way back.
import { writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SOON } from './browser.js'
import { openStage, type Stage } from './dashboard-stage.js'
import { ask, UdpClient } from './dns-client.js'

let stage: Stage
let page: Page
beforeAll(async () => {
  // Checks every second: health alone makes it 3 s.
  stage = await openStage({ edit: traffic => traffic.replace('min: 5s', 'min: 1s') })
  page = stage.page
})
afterAll(() => stage?.close())

test('disabling shows the consequence, wants a reason and an end, moves clients, and can be undone', async () => {
  const client = await UdpClient.open(stage.server)
  await stage.goTo('regions')
  const before = await stage.server.readTraffic()
  await stage.row('ap-northeast').getByRole('button', { name: 'Disable' }).click()
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
  await stage.row('ap-northeast').locator('.state.disabled').waitFor(SOON)
  await stage.row('ap-northeast').getByText('down by admin, 1 h 59 min still: maintenance until 14:00').waitFor(SOON)
  await page.getByText('1 of 5 out: ap-northeast').waitFor(SOON)
  const answer = await client.ask(ask('api.example.com', 'A', '133.11.0.0/24'))
  expect(answer?.answers.map(({ rdata }) => [...rdata].join('.'))).toEqual(['127.0.2.5'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await stage.row('ap-northeast').locator('.state.up').waitFor(SOON)
  expect((await stage.server.api('GET', '/v1/overrides')).body.overrides).toEqual([])
  expect(await stage.server.readTraffic()).toBe(before)
  client.close()
})

test('what is to end when somebody says so is written into the document, told with who and why, and enabled from there', async () => {
  const before = await stage.server.readTraffic()
  await stage.goTo('regions')
  await stage.row('ap-northeast').getByRole('button', { name: 'Disable' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('Ends').selectOption('not by itself')
  await sheet.getByLabel('Reason').fill('torn down')
  await sheet.getByRole('button', { name: 'Disable ap-northeast' }).click()
  await stage.row('ap-northeast').getByText('disabled in the document by admin: torn down').waitFor(SOON)
  expect(await stage.server.readTraffic()).toMatch(/^ *enabled: false/m)
  await stage.row('ap-northeast').getByRole('button', { name: 'Enable' }).click()
  await sheet.locator('tr', { hasText: 'ap-northeast' }).first().waitFor(SOON)
  await sheet.getByLabel('Reason').fill('built anew')
  await sheet.getByRole('button', { name: 'Enable ap-northeast' }).click()
  await stage.row('ap-northeast').locator('.state.up').waitFor(SOON)
  await writeFile(stage.server.path('traffic.yaml'), before)
})

test('a region that is down can be forced up for a while, and no longer', async () => {
  await stage.setTokyo('fail')
  await stage.goTo('regions')
  await stage.row('ap-northeast').locator('.state.down').waitFor(SOON)
  await stage.row('ap-northeast').getByRole('button', { name: 'Force up' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Clients will be sent to it although its checks fail').waitFor(SOON)
  await sheet.getByLabel('Reason').fill('the check is wrong')
  await sheet.getByRole('button', { name: 'Force up ap-northeast' }).click()
  await stage.row('ap-northeast').locator('.state', { hasText: 'forced up' }).waitFor(SOON)
  await stage.row('ap-northeast').getByText('api: status 503').waitFor(SOON)
  await page.getByText('All 5 regions are up').waitFor(SOON)
  await page.locator('table.overrides').getByRole('button', { name: 'End' }).click()
  await sheet.getByText('said so: the check is wrong').waitFor(SOON)
  await sheet.getByLabel('Reason').fill('it was right')
  await sheet.getByRole('button', { name: 'End the override' }).click()
  await stage.row('ap-northeast').locator('.state.down').waitFor(SOON)
  await stage.setTokyo('recover')
  await stage.row('ap-northeast').locator('.state.up').waitFor(SOON)
})

test('a safety rule is shown before it is broken, and in the way until it is overridden', async () => {
  const sound = await stage.server.readTraffic()
  await writeFile(
    stage.server.path('traffic.yaml'),
    `${sound}\nsafety: { all-five: { at-least: 5, description: all of them } }\n`,
  )
  await stage.goTo('regions')
  const sheet = page.getByRole('dialog')
  // The file is looked at within a second: the sheet tells what held when it was opened.
  await expect
    .poll(async () => {
      await page.keyboard.press('Escape')
      await stage.row('us-west').getByRole('button', { name: 'Disable' }).click()
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
  await stage.row('us-west').locator('.state.disabled').waitFor(SOON)
  await page.getByText('The safety rule all-five is broken').waitFor(SOON)
  await page.getByRole('button', { name: 'Undo' }).click()
  await writeFile(stage.server.path('traffic.yaml'), sound)
  await stage.row('us-west').locator('.state.up').waitFor(SOON)
})

test('a sheet is left by Escape, and nothing has happened', async () => {
  await stage.goTo('regions')
  const before = await stage.server.readTraffic()
  await stage.row('us-east').getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('dialog').waitFor(SOON)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count(), SOON).toBe(0)
  expect(await stage.server.readTraffic()).toBe(before)
})

test('a drain shows what each percent would do, is in force at once, and can be ended and put back', async () => {
  await stage.goTo('regions')
  await stage.row('us-east').getByRole('button', { name: 'Drain' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Its clients go to').waitFor(SOON)
  await sheet.getByLabel('Percent of its clients that go elsewhere').fill('100')
  await sheet.getByLabel('Reason').fill('trying a drain')
  await sheet.getByRole('button', { name: 'Drain us-east' }).click()
  const overrides = page.locator('table.overrides')
  await overrides.getByText('drained by 100 %').waitFor(SOON)
  await stage.row('us-east').getByText('trying a drain').waitFor(SOON)
  const client = await UdpClient.open(stage.server)
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

test('a TTL is given to a region by its form, is told in the table, is that of its answers at once, and can be undone', async () => {
  const client = await UdpClient.open(stage.server)
  const ttl = async () => (await client.ask(ask('api.example.com', 'A', '128.143.0.0/24')))?.answers[0]?.ttl
  await expect.poll(ttl, SOON).toBe(3)
  await stage.goTo('regions')
  await stage.row('us-east').getByRole('link', { name: 'Edit' }).click()
  await page.getByLabel('ttl', { exact: true }).fill('0s')
  await page.locator('.problems').getByText('1s is the least').waitFor(SOON)
  await page.getByLabel('ttl', { exact: true }).fill('2s')
  await page.locator('.judgement .changes').getByText('ttl').first().waitFor(SOON)
  await page.getByRole('button', { name: 'Save …' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('Reason').fill('a new switch')
  await sheet.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => sheet.count(), SOON).toBe(0)
  await expect.poll(ttl, SOON).toBe(2)
  await stage.goTo('regions')
  await stage.row('us-east').getByText('its answers are kept for 2 s at the most').waitFor(SOON)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => stage.row('us-east').getByText('its answers are kept').count(), SOON).toBe(0)
  expect((await stage.server.api('GET', '/v1/regions/us-east')).body).not.toHaveProperty('ttl')
  await expect.poll(ttl, SOON).toBe(3)
  client.close()
})

test('in all of this the browser had nothing to complain of', () => {
  expect(stage.complaints).toEqual([])
})
