// Signed zones in a real browser: what the page says is what is served, what the command line prints, and what is in the document.
import { readFile, writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { openBrowser, SOON, type Visit } from './browser.js'
import { inEveryLook } from './dashboard-pictures.js'
import { UdpClient } from './dns-client.js'
import { runMeridian } from './program.js'
import { Server } from './server.js'

/** The parent of the zones is in the document, and has the DS records that are written there. */
const TRAFFIC = `
regions:
  one: { addresses: [192.0.2.1] }
zones:
  example.com:
    nameservers: [ns1.example.net]
    records:
      www: { steer: nearest }
  one.example.com:
    dnssec: true
    nameservers: [ns1.example.net]
    records:
      www: { steer: nearest }
  two.example.com:
    dnssec: { split: true, algorithm: ed25519 }
    nameservers: [ns1.example.net]
  plain.example.com:
    nameservers: [ns1.example.net]
`
const ZONE = 'one.example.com.'

let server: Server
let visit: Visit
let page: Page
let client: UdpClient

beforeAll(async () => {
  server = await Server.start({ traffic: TRAFFIC })
  client = await UdpClient.open(server)
  visit = await openBrowser()
  page = visit.page
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(server.admin)
  await page.getByLabel('Token').fill(await server.token())
  await page.keyboard.press('Enter')
  await page.getByText('The region is up').waitFor(SOON)
})

afterAll(async () => {
  client?.close()
  await visit?.browser.close()
  await server?.close()
})

const cli = async (...words: readonly string[]): Promise<string> =>
  (await runMeridian(['dnssec', ...words, '--server', server.admin, '--state', server.path('state')])).stdout
const goTo = (zone?: string) => page.goto(`${server.admin}/#/dnssec${zone === undefined ? '' : `?zone=${zone}`}`)
const panel = (title: string | RegExp) =>
  page.locator('section.panel').filter({ has: page.getByRole('heading', { name: title, level: 2 }) })
const row = (words: string) => page.locator('main tr', { hasText: words })
const dialog = () => page.getByRole('dialog')
const published = async (): Promise<number> =>
  (await client.ask({ name: parseName(ZONE), type: TYPE.DNSKEY }))!.answers.length // without one the test fails
const view = async () => (await server.api('GET', `/v1/zones/${ZONE}/dnssec`)).body

/** What the parent has of the zone. */
async function setDs(data: string): Promise<void> {
  const path = '/v1/traffic/zones/example.com/records/one'
  const reply =
    data === ''
      ? await server.api('DELETE', path)
      : await server.api('PUT', path, {
          body: [
            { type: 'DS', data },
            { type: 'NS', data: 'ns1.example.net.' },
          ],
        })
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
}

test('every zone is listed with whether it is signed, by what, what is under way, and what its parent has', async () => {
  await goTo()
  await row(ZONE).locator('.state.up', { hasText: 'signed' }).waitFor(SOON)
  await row(ZONE).getByText('ECDSAP256SHA256').waitFor(SOON)
  await row(ZONE).getByText('sign, stage 1 of 1').waitFor(SOON)
  await row(ZONE).getByText('the parent is asked for the DS').waitFor(SOON)
  await row(ZONE).getByText('no DS').waitFor(SOON)
  await row('two.example.com.').getByText('ED25519').waitFor(SOON)
  expect(await row('two.example.com.').locator('td.number').textContent()).toBe('2')
  expect(await row('plain.example.com.').locator('td').first().textContent()).toBe('no')
  await inEveryLook(page, 'dnssec-all')
})

test('while a zone waits to be known as signed, the page says until when, and offers no exchange', async () => {
  await row(ZONE).getByRole('link', { name: ZONE }).click()
  await panel('Under way: sign the zone').getByText('the zone is signed, the parent is not asked').waitFor(SOON)
  await panel('Under way: sign the zone').getByText('resolvers have forgotten the records as they were').waitFor(SOON)
  await panel('Keys').getByText('published; signs the keys and the zone').waitFor(SOON)
  expect(await page.getByRole('button', { name: 'Exchange …' }).count()).toBe(0)
  // So long ago that nobody remembers.
  const file = server.path('state', 'rollovers.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace(/"since": \d+/g, '"since": 1'))
  await page.goto('about:blank')
  await server.restart()
})

test('what is for the parent is what the command line says, in each form, and goes to the clipboard', async () => {
  await page.goto(server.admin)
  await page.getByLabel('Token').fill(await server.token())
  await page.keyboard.press('Enter')
  await page.getByText('The region is up').waitFor(SOON)
  await goTo(ZONE)
  const [sha256, sha384] = (await cli('ds', ZONE)).trim().split('\n') as [string, string]
  const shown = panel('For the parent')
  await shown.getByText(sha256).waitFor(SOON)
  await shown.getByText(sha384).waitFor(SOON)
  await shown.getByRole('button', { name: 'Copy the DS record' }).first().click()
  await shown.getByText('copied').waitFor(SOON)
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(sha256)
  await shown.getByLabel('single fields').check()
  const [tag, , , ...digest] = sha256.replace(/^.* DS /, '').split(' ')
  await shown.locator('tr', { hasText: '2 (SHA-256)' }).getByText(digest.join(''), { exact: true }).waitFor(SOON)
  await shown.locator('tr', { hasText: '2 (SHA-256)' }).getByText(tag!, { exact: true }).waitFor(SOON)
  await shown.getByLabel('DNSKEY records').check()
  await shown.getByText((await cli('keys', ZONE)).trim()).waitFor(SOON)
})

test('a DS that leads nowhere is an alarm, and the right one is secure, as soon as the parent is asked', async () => {
  const [right] = (await view()).ds as [string]
  const data = right.replace(/^.* DS /, '')
  const parent = panel('What the parent has')
  await setDs(data.replace(/\S{8}$/, '00000000'))
  await parent.getByRole('button', { name: 'Ask it now' }).click()
  await parent.locator('.state.down', { hasText: 'broken' }).waitFor(SOON)
  await page.getByRole('alert').getByText('resolvers that validate give no answer').waitFor(SOON)
  await parent.getByText(right, { exact: true }).waitFor(SOON)
  await inEveryLook(page, 'dnssec-broken')
  await setDs(data)
  await parent.getByRole('button', { name: 'Ask it now' }).click()
  await parent.locator('.state.up', { hasText: 'secure' }).waitFor(SOON)
  await parent.getByText('the zone above, which is in the same document').waitFor(SOON)
  await expect.poll(() => page.getByText('resolvers that validate give no answer').count(), SOON).toBe(0)
})

test('a document that leaves it unsigned is refused while its parent has a DS, by the name of what refuses it', async () => {
  const before = await server.readTraffic()
  const path = '/v1/traffic/zones/one.example.com'
  const refused = await server.api('PATCH', path, { body: { dnssec: null } })
  expect(refused).toMatchObject({ status: 409, body: { rules: [{ rule: 'parent-ds', overridableBy: 'edit' }] } })
  expect(refused.body.rules[0].remedy).toContain(`meridian dnssec roll ${ZONE} unsign`)
  expect(await server.readTraffic()).toBe(before)
})

test('before keys are exchanged the page says what would be done when; then it is done, and can be undone', async () => {
  await panel('Keys').getByRole('button', { name: 'Exchange …' }).click()
  const options = await dialog().getByLabel('What').locator('option').allTextContents()
  expect(options).toEqual(['the key', 'all keys, for another algorithm', 'leave DNSSEC'])
  const planned = async () => (await dialog().locator('table.stages tr td:last-child').allTextContents()).join('; ')
  await expect
    .poll(planned, SOON)
    .toBe(
      'the new key is published and signs the keys; the new key signs the zone, and the parent is asked for its DS only; the old key is no longer used, and is put aside',
    )
  await dialog().getByLabel('In an emergency').check()
  await expect.poll(planned, SOON).toMatch(/^both keys are published and sign everything; /)
  await dialog().getByLabel('What').selectOption('algorithm')
  await expect.poll(planned, SOON).toMatch(/^both keys sign the zone, the new one is not published yet; /)
  await inEveryLook(page, 'dnssec-sheet')
  await dialog().getByLabel('What').selectOption('csk')
  await dialog().getByLabel('In an emergency').uncheck()
  expect(await dialog().getByRole('button', { name: 'Begin to exchange' }).isDisabled()).toBe(true)
  expect(await published()).toBe(1)
  await dialog().getByLabel('Reason').fill('yearly')
  await dialog().getByRole('button', { name: 'Begin to exchange' }).click()
  // What someone points at does not go.
  await page.getByRole('status').filter({ hasText: 'It has begun: the key.' }).hover(SOON)
  await panel('Under way: the key').getByText('Stage 1 of 2, begun by admin: yearly.').waitFor(SOON)
  await expect.poll(published, SOON).toBe(2)
  const fresh = panel('Keys').locator('tr', { hasText: 'new' })
  await fresh.getByText('published; signs the keys', { exact: true }).waitFor(SOON)
  await fresh.getByText('published; signs the keys and the zone').waitFor(SOON)
  await panel('Keys').locator('tr', { hasText: 'leaves' }).getByText('published; signs the keys').last().waitFor(SOON)
  await inEveryLook(page, 'dnssec-roll')
  await page.keyboard.press('u')
  await expect.poll(published, SOON).toBe(1)
  await expect.poll(() => panel('Under way: the key').count(), SOON).toBe(0)
})

test('what others begin is there without a look away, and is taken back by a sheet', async () => {
  await cli('roll', ZONE, 'unsign', '--reason', 'moving', '--yes')
  const under = panel('Under way: leave DNSSEC')
  await under.getByText('begun by admin: moving').waitFor(SOON)
  await under.getByText('It waits for the parent to have what it is asked for').waitFor(SOON)
  await panel('For the parent').getByText('no DS record').waitFor(SOON)
  await under.getByRole('button', { name: 'Take it back …' }).click()
  await dialog().getByLabel('Reason').fill('staying')
  await dialog().getByRole('button', { name: 'Take it back' }).click()
  await expect.poll(() => under.count(), SOON).toBe(0)
  expect((await view()).rollover).toBeUndefined()
})

test('a zone is signed by a button, with what will be done when, and undone by another', async () => {
  const before = await server.readTraffic()
  await goTo('plain.example.com.')
  await page.getByRole('button', { name: 'Sign it …' }).click()
  await dialog().getByText('the zone is signed, the parent is not asked for a DS yet').waitFor(SOON)
  await dialog().getByLabel('Reason').fill('for all')
  await dialog().getByRole('button', { name: 'Sign it' }).click()
  await panel('Keys').getByText('CSK').waitFor(SOON)
  expect((await server.api('GET', '/v1/traffic/zones/plain.example.com')).body.dnssec).toBe(true)
  await page.keyboard.press('u')
  await panel('Not signed').waitFor(SOON)
  await expect.poll(() => server.readTraffic(), SOON).toBe(before)
})

test('who may only look is offered nothing, and who may edit no exchange of keys', async () => {
  for (const [scope, offered] of [
    ['read', []],
    ['edit', ['Sign it …']],
  ] as const) {
    const made = await server.api('POST', '/v1/tokens', { body: { name: `only-${scope}`, scopes: [scope] } })
    const context = await visit.browser.newContext()
    const other = await context.newPage()
    await other.goto(server.admin)
    await other.getByLabel('Token').fill(made.body.secret)
    await other.keyboard.press('Enter')
    await other.getByText('The region is up').waitFor(SOON)
    const buttons: string[] = []
    for (const zone of [ZONE, 'plain.example.com.']) {
      await other.goto(`${server.admin}/#/dnssec?zone=${zone}`)
      await other.getByRole('heading', { name: `DNSSEC of ${zone}` }).waitFor(SOON)
      buttons.push(...(await other.locator('main button').allTextContents()))
    }
    expect(buttons.filter(button => button.includes('…'))).toEqual(offered)
    await context.close()
  }
})

test('in all of this the browser had nothing to complain of', () => {
  expect(visit.complaints).toEqual([])
})
