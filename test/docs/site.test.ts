// The site is made of the pages; here it is put together, and not rendered: `npm run site` does that, with what it installs for it.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
// @ts-expect-error: plain JavaScript, run by Node alone
import { stage } from '../../scripts/site/stage.mjs'
import { PAGES, ROOT } from './markdown.js'

let folder: string
let pages: readonly string[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-site-'))
  await stage(ROOT, folder)
  pages = (await readdir(folder)).filter(name => name.endsWith('.md'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('every page of the documentation is on the site and in its menu, and the program tells the rest of itself', async () => {
  const menu = await readFile(join(folder, '.vitepress', 'config.mjs'), 'utf8')
  for (const page of PAGES.filter(name => name !== 'README.md'))
    expect(menu).toContain(`"link": "/${page.slice('docs/'.length, -'.md'.length)}"`)
  const reference = pages.filter(name => name.startsWith('reference-'))
  expect(reference.sort()).toEqual(['reference-keys.md', 'reference-routes.md', 'reference-verbs.md'])
})

test('every verb, route and key is in the reference', async () => {
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8')
  expect(await read('reference-verbs.md')).toContain('## meridian explain')
  expect(await read('reference-routes.md')).toContain('## GET <code v-pre>/v1/explain</code>')
  expect(await read('reference-keys.md')).toContain('<code v-pre>checks.*.interval</code>')
})

test('no link of a page leaves the site for a file that is not brought along', async () => {
  const brought = new Set(await readdir(join(folder, 'public', 'files'), { recursive: true }))
  let count = 0
  for (const name of pages)
    for (const [, target = ''] of (await readFile(join(folder, name), 'utf8')).matchAll(/\]\(\/files\/([^)#]+)\)/g)) {
      expect([...brought]).toContain(target)
      count++
    }
  expect(count).toBeGreaterThan(10)
})
