// Pictures of the dashboard, for whoever wants to see it: light and dark, wide and narrow.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Where they are put, if anywhere; those of the README, in docs/images, are among them. */
export const PICTURES = process.env['MERIDIAN_PICTURES']

export const SCHEMES = ['light', 'dark'] as const
/** px: a screen on a desk, and a telephone. */
export const WIDTHS = [1360, 420] as const

/** Puts a picture where pictures are wanted. @param pauseMs for what moves to come to rest */
export async function takePicture(page: Page, name: string, pauseMs: number): Promise<void> {
  if (PICTURES === undefined) return
  await mkdir(PICTURES, { recursive: true })
  await page.waitForTimeout(pauseMs)
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
}

/** Of what is there, without leaving it. */
export async function inEveryLook(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return
  for (const colorScheme of SCHEMES)
    for (const width of WIDTHS) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 900 })
      await takePicture(page, `${name}-${colorScheme}-${width}`, 800)
    }
  await page.emulateMedia({ colorScheme: SCHEMES[0] })
  await page.setViewportSize({ width: WIDTHS[0], height: 900 })
}
