// The documentation against the built program: every command on its pages is run, every route, series and verb is described.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { looksLike } from './docs/likeness.js'
import { anchorsOf, type Block, blocksOf, codeOf, PAGES, rowsOf, textOf } from './docs/markdown.js'
import { DocsWorld, type Ran } from './docs/world.js'
import { STRETCH } from './end-to-end/program.js'

/** Blocks that cannot run in a test, by how they begin, and why. */
const NOT_HERE: readonly (readonly [start: string, why: string])[] = [
  ['git clone', 'fetches from the network; installing is what the tests themselves begin with'],
  ['npx meridian check --settings /etc/', 'checks files that belong to a machine; their text is read by another test'],
  ['useradd', 'changes the users and services of the machine'],
  ['sysctl', 'changes the kernel of the machine'],
  ['dig @192.0.2.53', 'asks a server on the internet'],
  ['dig +trace', 'asks the root servers'],
  ['zonemaster-cli', 'asks servers on the internet; what is shown of it is what the test of its own prints'],
]
const reasonNotToRun = ({ text }: Block): string | undefined => NOT_HERE.find(([start]) => text.startsWith(start))?.[1]

const COMMANDS = PAGES.flatMap(blocksOf).filter(({ language }) => language === 'sh')
const RUNNABLE = COMMANDS.filter(block => reasonNotToRun(block) === undefined)

let world: DocsWorld
beforeAll(async () => {
  world = await DocsWorld.start()
})
afterAll(() => world?.stop())

describe('every command on a page runs', () => {
  test.each(RUNNABLE.map(block => [`${block.page}:${block.line}`, block] as const))('%s', async (_, block) => {
    const outcome = await runAsShown(block)
    expect(outcome.code, outcome.output).toBe(0)
    if (block.output !== undefined && !looksLike(block.output, outcome.output))
      expect(outcome.output).toBe(block.output)
  })

  test('no exception is made for a block that is not there', () => {
    const unused = NOT_HERE.filter(([start]) => !COMMANDS.some(({ text }) => text.startsWith(start)))
    expect(unused).toEqual([])
  })
})

/** Health takes its time: what only looks is asked again until it shows what the page shows, for as long as the page promises. */
async function runAsShown(block: Block): Promise<Ran> {
  const exports = RUNNABLE.filter(({ page, line }) => page === block.page && line < block.line).flatMap(
    ({ text }) => text.match(/^export .*$/gm) ?? [],
  )
  const script = [...exports, block.text].join('\n')
  const changes =
    /-X (POST|PATCH|PUT|DELETE)|region (enable|disable|ttl)|meridian (override|apply|rollback|token|fact|put|delete|context)/.test(
      block.text,
    )
  const deadline = Date.now() + 40_000 * STRETCH
  for (;;) {
    const outcome = await world.run(script)
    const good = outcome.code === 0 && (block.output === undefined || looksLike(block.output, outcome.output))
    if (good || changes || Date.now() > deadline) return outcome
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}

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
    for (const [name] of textOf(page).matchAll(/\bmeridian_[a-z][a-z0-9_]*/g))
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

describe('docs/cli.md', () => {
  const verbsOf = (help: string): string[] => [...help.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, verb = '']) => verb)

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
      for (const [, verb] of textOf(page).matchAll(/(?:npx|`)\s?meridian ([a-z-]+)/g))
        expect(verbs, page).toContain(verb)
  })
})

test('every variable of the environment that the program reads is in docs/server-settings.md', async () => {
  const { output } = await world.run("cat dist/cli/*.js | grep -oh 'MERIDIAN_[A-Z_]*' | sort -u")
  for (const name of output.trim().split('\n')) expect(textOf('docs/server-settings.md')).toContain(`\`${name}\``)
})
