// The document, its history and the audit trail in a real browser.
import { writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SOON } from './browser.js'
import { openStage, type Stage } from './dashboard-stage.js'

let stage: Stage
let page: Page
beforeAll(async () => {
  stage = await openStage()
  page = stage.page
})
afterAll(() => stage?.close())

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
  const before = await stage.server.readTraffic()
  await stage.goTo('document')
  await expect.poll(() => editor().inputValue(), SOON).toBe(before)
  const save = page.getByRole('button', { name: 'Save' })
  expect(await save.isDisabled()).toBe(true)
  await select('rise: 2')
  await page.keyboard.type('rize: 3')
  await page.locator('.problems').getByText('did you mean “rise”?').waitFor(SOON)
  expect(await save.isDisabled()).toBe(true)
  expect(await page.locator('.gutter .bad').count()).toBe(1)
  expect(await stage.server.readTraffic()).toBe(before)
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
  expect(await stage.server.readTraffic()).toBe(before.replace('rise: 2', 'rise: 3'))
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => stage.server.readTraffic(), SOON).toBe(before)
  await expect.poll(() => editor().inputValue(), SOON).toBe(before)
})

test('who edits while somebody else saves is told, also while that is being read, and overwrites nothing', async () => {
  await stage.goTo('document')
  const before = await stage.server.readTraffic()
  await expect.poll(() => editor().inputValue(), SOON).toBe(before)
  let goOn = () => {}
  const typed = new Promise<void>(resolve => {
    goOn = resolve
  })
  const texts = '**/v1/revisions/*/text'
  await page.route(texts, route => typed.then(() => route.continue()))
  const reads = page.waitForRequest(texts)
  await writeFile(stage.server.path('traffic.yaml'), before.replace('rise: 2', 'rise: 4'))
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
  await stage.goTo('history')
  await page.locator('.changes', { hasText: 'rise: 2 → 4' }).waitFor(SOON)
  await page.locator('.revisions li').nth(1).getByRole('link').click()
  await page.getByRole('button', { name: 'Go back to it' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('rise: 4 → 2').waitFor(SOON)
  await sheet.getByLabel('Reason').fill('it was right before')
  await sheet.getByRole('button', { name: 'Go back to' }).click()
  await page.locator('.revisions li').first().getByText('it was right before').waitFor(SOON)
  expect(await stage.server.readTraffic()).toMatch(/rise: 2/)
})

test('the audit trail has what was done here, and can be picked from', async () => {
  const drain = { targets: ['us-east'], state: 'drain', percent: 100, for: '1m', reason: 'trying a drain' }
  expect((await stage.server.api('POST', '/v1/overrides', { body: drain })).status).toBe(200)
  await stage.goTo('audit')
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
  const sound = await stage.server.readTraffic()
  await writeFile(stage.server.path('traffic.yaml'), sound.replace('rise: 2', 'rize: 2'))
  await page.getByText('cannot be used; the last good version goes on serving').waitFor(SOON)
  await stage.goTo('document')
  await page.locator('.problems', { hasText: 'unknown key "rize"' }).getByText('did you mean').waitFor(SOON)
  await writeFile(stage.server.path('traffic.yaml'), sound)
  await expect.poll(() => page.getByText('cannot be used').count(), SOON).toBe(0)
})

test('in all of this the browser had nothing to complain of', () => {
  expect(stage.complaints).toEqual([])
})
