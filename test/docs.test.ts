// The documentation against the program: every command on its pages is run, every key, route, series and verb is described.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROBLEMS, problemUri } from '../src/control-plane/admin/problems.js'
import { readTraffic } from '../src/control-plane/traffic/parse.js'
import { readSettings } from '../src/settings.js'
import { looksLike } from './docs/likeness.js'
import { anchorsOf, type Block, blocksOf, codeOf, linksOf, PAGES, ROOT, rowsOf, textOf } from './docs/markdown.js'
import { keysOf } from './docs/published-keys.js'
import { DocsWorld } from './docs/world.js'

/** Blocks that cannot run in a test, by how they begin, and why. */
const NOT_HERE: readonly (readonly [start: string, why: string])[] = [
  ['git clone', 'fetches from the network; installing is what the tests themselves begin with'],
  ['npx meridian check --settings /etc/', 'checks files that belong to a machine; their text is read by another test'],
  ['useradd', 'changes the users and services of the machine'],
  ['sysctl', 'changes the kernel of the machine'],
  ['dig @192.0.2.53', 'asks a server on the internet'],
  ['dig +trace', 'asks the root servers'],
]
const reasonNotToRun = ({ text }: Block): string | undefined => NOT_HERE.find(([start]) => text.startsWith(start))?.[1]

const INNER_LINKS = PAGES.flatMap(linksOf).filter(({ target }) => !/^https?:/.test(target))
const BLOCKS = PAGES.flatMap(blocksOf)
const COMMANDS = BLOCKS.filter(({ language }) => language === 'sh')
const RUNNABLE = COMMANDS.filter(block => reasonNotToRun(block) === undefined)

let world: DocsWorld
beforeAll(async () => {
  world = await DocsWorld.start()
}, 120_000)
afterAll(() => world?.stop())

describe('every command on a page runs', () => {
  test.each(RUNNABLE.map(block => [`${block.page}:${block.line}`, block] as const))(
    '%s',
    async (_, block) => {
      const outcome = await runAsShown(block)
      expect(outcome.code, outcome.output).toBe(0)
      if (block.output !== undefined && !looksLike(block.output, outcome.output))
        expect(outcome.output).toBe(block.output)
    },
    60_000,
  )

  test('no exception is made for a block that is not there', () => {
    const unused = NOT_HERE.filter(([start]) => !COMMANDS.some(({ text }) => text.startsWith(start)))
    expect(unused).toEqual([])
  })
})

/** Health takes its time: what only looks is asked again until it shows what the page shows, for as long as the page promises. */
async function runAsShown(block: Block) {
  const exports = RUNNABLE.filter(({ page, line }) => page === block.page && line < block.line).flatMap(
    ({ text }) => text.match(/^export .*$/gm) ?? [],
  )
  const script = [...exports, block.text].join('\n')
  const changes = /-X (POST|PATCH)|region (en|dis)able/.test(block.text)
  const deadline = Date.now() + 40_000
  for (;;) {
    const outcome = await world.run(script)
    const good = outcome.code === 0 && (block.output === undefined || looksLike(block.output, outcome.output))
    if (good || changes || Date.now() > deadline) return outcome
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}

test.each(INNER_LINKS.map(({ page, target }) => [page, target]))('%s: the link %s leads somewhere', (page, target) => {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : normalize(join(dirname(page), path))
  expect(existsSync(join(ROOT, file))).toBe(true)
  if (anchor !== undefined) expect(anchorsOf(file)).toContain(anchor)
})

test.each(
  BLOCKS.filter(({ language }) => language === 'yaml').map(block => [`${block.page}:${block.line}`, block.text]),
)('the YAML at %s is sound', (_, text) => {
  const isTraffic = /^(checks|regions|policies|zones):/m.test(text)
  const whole = isTraffic && !/^zones:/m.test(text) ? `${text}\nzones: {}\n` : text
  const outcome = isTraffic ? readTraffic(whole, 'traffic.yaml', { serial: 1 }) : readSettings(whole, 'server.yaml')
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

const isKey = (text: string | undefined): boolean => text !== undefined && /^[a-z*-]+([.][a-z*-]+)*$/.test(text)

/** A value as YAML has it. */
const written = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value))

test('docs/metrics.md describes every series with its type, and no other', async () => {
  const exposition = await (await fetch(`${world.admin}/metrics`)).text()
  const there = [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`)
  const described = rowsOf('docs/metrics.md').flatMap(([name, type]) =>
    /^meridian_\w+$/.test(codeOf(name) ?? '') ? [`${codeOf(name)} ${type}`] : [],
  )
  expect(described.sort()).toEqual(there.sort())
})

test('every series that any page names is there', async () => {
  const exposition = await (await fetch(`${world.admin}/metrics`)).text()
  for (const page of PAGES)
    for (const [name] of textOf(page).matchAll(/\bmeridian_[a-z_]+/g))
      expect(exposition, page).toContain(`# TYPE ${name} `)
})

test('docs/api.md describes every route, and no other', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: JSON from outside, of which only the keys are read
  const { paths } = (await (await fetch(`${world.admin}/openapi.json`)).json()) as any
  const there = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
  )
  const described = rowsOf('docs/api.md').flatMap(([method = '', path]) =>
    /^[A-Z]+$/.test(method) ? [`${method} ${codeOf(path)}`] : [],
  )
  expect(described.sort()).toEqual(there.sort())
})

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
  const there = Object.entries(PROBLEMS).map(
    ([type, { status }]) => `${problemUri(type as keyof typeof PROBLEMS)} ${status}`,
  ) // its own keys
  expect(described.sort()).toEqual(there.sort())
})

describe('docs/cli.md', () => {
  const verbsOf = (help: string): string[] => [...help.matchAll(/^ {2}([a-z]+) {3,}/gm)].map(([, verb = '']) => verb)

  test('describes every verb and each of its options, and no other', async () => {
    const verbs = verbsOf((await world.run('npx meridian help')).output).filter(
      verb => verb !== 'help' && verb !== 'version',
    )
    expect(
      anchorsOf('docs/cli.md')
        .flatMap(anchor => /^meridian-(.*)$/.exec(anchor)?.[1] ?? [])
        .sort(),
    ).toEqual(verbs.sort())
    const options = new Set<string>()
    for (const verb of verbs) {
      const { output } = await world.run(`npx meridian ${verb} --help`)
      for (const [option] of output.matchAll(/--[a-z]+/g)) options.add(option)
    }
    const page = textOf('docs/cli.md')
    for (const option of options) expect(page).toContain(option)
    for (const [option] of page.matchAll(/(?<=meridian .*|`)--[a-z]+/g)) expect([...options]).toContain(option)
  })

  test('no page names a verb that is not there', async () => {
    const verbs = verbsOf((await world.run('npx meridian help')).output)
    for (const page of PAGES)
      for (const [, verb] of textOf(page).matchAll(/(?:npx|`)\s?meridian ([a-z]+)/g))
        expect(verbs, page).toContain(verb)
  })
})

test('every variable of the environment that the program reads is in docs/server-settings.md', async () => {
  const { output } = await world.run("cat dist/cli/*.js | grep -oh 'MERIDIAN_[A-Z_]*' | sort -u")
  for (const name of output.trim().split('\n')) expect(textOf('docs/server-settings.md')).toContain(`\`${name}\``)
})
