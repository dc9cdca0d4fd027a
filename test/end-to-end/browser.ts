// A real browser that somebody has signed in with, and what it had to complain of.
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Server } from './server.js'

/** Health is known a few seconds after the fact; the page hears of it within two more. */
export const SOON = { timeout: 60_000 }

export interface Visit {
  readonly browser: Browser
  readonly page: Page
  /** Errors on the console, and of the page. */
  readonly complaints: readonly string[]
}

export async function openBrowser(): Promise<Visit> {
  // Chromium's own sandbox refuses root, which tests in containers run as.
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 }, colorScheme: 'light' })
  const complaints: string[] = []
  page.on('console', message => {
    // Being refused is what some of the tests are about.
    if (message.type() === 'error' && !/status of 4(00|01|09|12|22)/.test(message.text()))
      complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  return { browser, page, complaints }
}

export async function signIn(page: Page, server: Server): Promise<void> {
  await page.goto(server.admin)
  await page.getByLabel('Token').fill(await server.token())
  await page.keyboard.press('Enter')
  await page.getByText('regions are up').waitFor(SOON)
}
