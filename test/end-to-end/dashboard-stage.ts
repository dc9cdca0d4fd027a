// What the tests of the dashboard begin with: a real server over regions that can be broken, and a real browser at its page.
import type { Locator, Page } from 'playwright-core'
import { startDemoRegions } from '../../src/cli/demo-regions.js'
import { openBrowser, signIn } from './browser.js'
import { BALANCERS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { Server } from './server.js'

export interface Stage {
  readonly server: Server
  readonly page: Page
  /** Errors on the console, and of the page. */
  readonly complaints: readonly string[]
  goTo(view: string): Promise<unknown>
  /** What is said of a region beside the map. */
  legend(region: string): Locator
  /** A region in the table of all. */
  row(region: string): Locator
  setTokyo(what: 'fail' | 'recover'): Promise<unknown>
  close(): Promise<void>
}

export interface StageWish {
  /** What is other in the example's document. */
  readonly edit?: (traffic: string) => string
  /** As in `Server.start`. */
  readonly bundled?: boolean
  /** Whether the test signs in itself. */
  readonly signedOut?: boolean
}

export async function openStage({ edit = same, bundled = false, signedOut = false }: StageWish = {}): Promise<Stage> {
  const port = await freePort()
  const balancers = await startDemoRegions([...BALANCERS], port)
  const traffic = edit(exampleFor({ balancers: port }))
  const server = await Server.start({ traffic, bundled })
  const { browser, page, complaints } = await openBrowser()
  if (!signedOut) await signIn(page, server)
  return {
    server,
    page,
    complaints,
    goTo: view => page.goto(`${server.admin}/#/${view}`),
    legend: region => page.locator('.legend li', { hasText: region }),
    row: region => page.locator('table.regions tr', { hasText: region }),
    setTokyo: what => fetch(`http://127.0.2.4:${port}/${what}`, { method: 'POST' }),
    async close() {
      await browser.close()
      await server.close()
      await balancers.close()
    },
  }
}

const same = (traffic: string): string => traffic
