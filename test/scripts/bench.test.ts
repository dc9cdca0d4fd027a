import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeMmdb } from '../control-plane/geo/mmdb-writer.js'

const BENCH = fileURLToPath(new URL('../../scripts/bench/bench.mjs', import.meta.url))
const TIMEOUT_MS = 180_000

const run = promisify(execFile)
const bench = (...words: readonly string[]) => run(process.execPath, [BENCH, ...words])

interface Row {
  readonly case: string
  readonly server: string
  readonly cpu_us_per_answer: number
  readonly qps: number
  readonly p50_us: number
  readonly p99_us: number
  readonly answered: number
  readonly wrong: number
  readonly addresses: number
}

const folder = mkdtempSync(join(tmpdir(), 'meridian-bench-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a short run with Meridian and the echo', () => {
  let rows: readonly Row[] = []
  let quick: readonly Row[] = []
  let printed = ''
  const json = join(folder, 'run.json')
  const markdown = join(folder, 'run.md')

  beforeAll(async () => {
    const database = join(folder, 'city.mmdb')
    writeFileSync(
      database,
      writeMmdb(
        [
          { prefix: '0.0.0.0/1', record: { location: { latitude: 38.9, longitude: -77 } } },
          { prefix: '128.0.0.0/1', record: { location: { latitude: 35.7, longitude: 139.7 } } },
          { prefix: '2001::/16', record: { location: { latitude: 38.9, longitude: -77 } } },
          { prefix: '2400::/6', record: { location: { latitude: 35.7, longitude: 139.7 } } },
        ],
        { ipVersion: 6 },
      ),
    )
    const short = ['--servers', 'meridian,echo', '--rounds', '1', '--seconds', '0.3', '--database', database]
    // Written by the program under test, whose rows the tests below look at one by one.
    const rowsOf = (file: string) => JSON.parse(readFileSync(file, 'utf8')).rows as readonly Row[]
    printed = (await bench('--quick', ...short, '--json', json, '--markdown', markdown)).stdout
    quick = rowsOf(json)
    const others = join(folder, 'others.json')
    await bench(...short, '--only', 'static,geo-ecs6,nxdomain,tcp', '--json', others)
    rows = [...quick, ...rowsOf(others)]
  }, TIMEOUT_MS)

  test.each([
    ['static', 'meridian'],
    ['static', 'echo'],
    ['geo', 'meridian'],
    ['geo', 'echo'],
    ['geo-ecs', 'meridian'],
    ['geo-ecs', 'echo'],
    ['geo-ecs6', 'meridian'],
    ['geo-ecs6', 'echo'],
    ['nxdomain', 'meridian'],
    ['nxdomain', 'echo'],
    ['tcp', 'meridian'],
  ])('has a row for %s of %s, with answers and none of them wrong', (name, server) => {
    const row = rows.find(row => row.case === name && row.server === server)
    expect(row).toMatchObject({ wrong: 0 })
    expect(row?.answered).toBeGreaterThan(0)
    expect(row?.cpu_us_per_answer).toBeGreaterThan(0)
    expect(row?.qps).toBeGreaterThan(0)
    expect(row?.p50_us).toBeLessThanOrEqual(row?.p99_us ?? 0)
  })

  test('has no other rows', () => {
    expect(rows).toHaveLength(11)
  })

  test('--quick has those of what an answer costs with a client subnet and without, and prints them with their budgets', () => {
    expect(quick.map(row => `${row.case} ${row.server}`)).toEqual([
      'geo meridian',
      'geo echo',
      'geo-ecs meridian',
      'geo-ecs echo',
    ])
    for (const name of ['geo', 'geo-ecs']) expect(printed).toMatch(new RegExp(`^${name} +meridian +\\d`, 'm'))
    expect(printed).toMatch(/CPU per answer, geo with ECS +≤ 1\.2 × the C echo/)
    expect(printed).toMatch(/CPU per answer, geo without ECS +≤ 1\.1 × the C echo/)
  })

  test.each(['geo-ecs', 'geo-ecs6'])('%s sends clients of two places to two regions', name => {
    expect(rows.find(row => row.case === name && row.server === 'meridian')?.addresses).toBe(2)
  })

  test('prints no budget that it did not measure, and writes the same as Markdown', () => {
    expect(printed).not.toContain('cold start')
    expect(readFileSync(markdown, 'utf8')).toContain('| geo-ecs | meridian |')
  })

  test('is written into a page later on, without measuring anew', async () => {
    const page = join(folder, 'page.md')
    writeFileSync(page, 'Mine.\n<!-- measured by npm run bench -->\n<!-- end of what was measured -->\n')
    await bench('--from', json, '--page', page)
    const text = readFileSync(page, 'utf8')
    expect(text).toMatch(/^Mine\./)
    expect(text).toContain(readFileSync(markdown, 'utf8').trim())
  })
})

test('--help names every case and option', async () => {
  const { stdout } = await bench('--help')
  for (const word of ['geo-ecs', 'failover', '--quick', '--json FILE', '--markdown FILE', 'install-peers.sh'])
    expect(stdout).toContain(word)
})

test.each([
  [['--only', 'speed'], '"speed" is no case'],
  [['--servers', 'unbound'], '"unbound" is no server'],
  [['--seconds', 'a'], '--seconds is "a"'],
  [['--fast'], "Unknown option '--fast'"],
])('%j is refused with a sentence and exit code 2', async (words, sentence) => {
  await expect(bench(...words)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(sentence) })
})
