// The documentation against the sources, without a server: links, examples, keys with their defaults, problems.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { PROBLEMS, type ProblemType, problemUri } from '../../src/control-plane/admin/problems.js'
import { readTraffic } from '../../src/control-plane/traffic/parse.js'
import type { Name } from '../../src/dns/name.js'
import { readZoneFile } from '../../src/dns/zonefile.js'
import { readSettings } from '../../src/settings.js'
import { anchorsOf, blocksOf, codeOf, linksOf, PAGES, ROOT, rowsOf, textOf } from './markdown.js'
import { keysOf } from './published-keys.js'

const INNER_LINKS = PAGES.flatMap(linksOf).filter(({ target }) => !/^https?:/.test(target))
const EXAMPLES = PAGES.flatMap(blocksOf).filter(({ language }) => language === 'yaml')

test.each(INNER_LINKS.map(({ page, target }) => [page, target]))('%s: the link %s leads somewhere', (page, target) => {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : normalize(join(dirname(page), path))
  expect(existsSync(join(ROOT, file))).toBe(true)
  if (anchor !== undefined) expect(anchorsOf(file)).toContain(anchor)
})

/** Whatever zone file an example names has what a zone needs. */
const readZone = (file: string, origin: Name) =>
  readZoneFile('@ 60 SOA . . 1 2 3 4 5\n@ 60 NS ns.invalid.\n', { file, origin })

/** Whatever latency table an example names is there. */
const readText = (file: string) => ({ text: 'client,region,ms\n', digest: '', file })

test.each(EXAMPLES.map(block => [`${block.page}:${block.line}`, block.text]))('the YAML at %s is sound', (_, text) => {
  const isTraffic = /^(checks|regions|policies|zones):/m.test(text)
  const whole = isTraffic && !/^zones:/m.test(text) ? `${text}\nzones: {}\n` : text
  const outcome = isTraffic
    ? readTraffic(whole, 'traffic.yaml', { serial: 1, readZone, readText })
    : readSettings(whole, 'server.yaml')
  expect(outcome).not.toHaveProperty('problems')
})

test.each([
  ['docs/traffic-document.md', 'config/traffic.schema.json'],
  ['docs/server-settings.md', 'config/server.schema.json'],
])('%s describes every key of %s with its default, and no other', (page, schema) => {
  const keys = keysOf(JSON.parse(readFileSync(join(ROOT, schema), 'utf8')))
  const described = new Map(
    rowsOf(page).flatMap(([key, fallback]) => (isKey(codeOf(key)) ? [[codeOf(key)!, codeOf(fallback)] as const] : [])),
  )
  expect([...described.keys()].sort()).toEqual([...keys.keys()].sort())
  for (const { path, fallback } of keys.values())
    if (fallback !== undefined) expect(described.get(path), path).toBe(written(fallback))
})

const isKey = (text: string | undefined): boolean =>
  text !== undefined && /^[a-z*][a-z0-9*-]*([.][a-z0-9*-]+)*$/.test(text)

/** A value as YAML has it. */
const written = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value))

test('docs/api.md calls every route', () => {
  const calls = blocksOf('docs/api.md')
    .filter(({ language }) => language === 'sh')
    .map(({ text }) => text)
    .join('\n')
  for (const [method = '', path] of rowsOf('docs/api.md')) {
    if (!/^[A-Z]+$/.test(method)) continue
    const pattern = codeOf(path)!.replaceAll(/\{\w+\}/g, '[^/ ]+')
    expect(calls).toMatch(new RegExp(`${method === 'GET' ? '' : `-X ${method} `}"?\\$API${pattern}(?=[ ?\n])`))
  }
})

test('docs/api.md describes every problem with its status, and no other', () => {
  const described = rowsOf('docs/api.md').flatMap(([type, status]) =>
    codeOf(type)?.startsWith('/problems/') ? [`${codeOf(type)} ${status}`] : [],
  )
  const types = Object.keys(PROBLEMS) as readonly ProblemType[] // its own keys
  const there = types.map(type => `${problemUri(type)} ${PROBLEMS[type].status}`)
  expect(described.sort()).toEqual(there.sort())
})

test('each test and script that a page names in code is there', () => {
  for (const page of PAGES)
    for (const [, path = ''] of textOf(page).matchAll(/`((?:test|scripts|src|config|deploy)\/[\w./-]+\.\w+)`/g))
      expect(existsSync(join(ROOT, path)), `${page}: ${path}`).toBe(true)
})

test('each clause of RFC 7871 in docs/steering.md has a test that is called by it, or names the file of its test', () => {
  const titles = readFileSync(join(ROOT, 'test/data-plane/client-subnet.test.ts'), 'utf8').match(/^describe\('§.*'/gm)
  const tested = new Set(titles?.join().match(CLAUSE))
  const rows = rowsOf('docs/steering.md').filter(([clause = '']) => clause.startsWith('§'))
  expect(rows.length).toBeGreaterThan(20)
  for (const [clauses = '', wanted = '', here = ''] of rows) {
    // What is not known to a server cannot be tested; what is not kept is told, and why.
    if (/\*\*not kept|is not known here/.test(here) || /\.test\.ts\)/.test(here)) continue
    const named = clauses.match(CLAUSE) ?? []
    expect(
      named.some(clause => tested.has(clause)),
      `${clauses} ${wanted}`,
    ).toBe(true)
  }
})

/** As `§7.2.1`. */
const CLAUSE = /§[\d.]*\d/g
