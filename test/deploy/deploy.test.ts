// What deploy/ holds, by the tools that it is for: systemd, promtool, and a real Prometheus that scrapes a real server.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ask, UdpClient } from '../end-to-end/dns-client.js'
import { EXAMPLE } from '../end-to-end/example.js'
import { freePort } from '../end-to-end/ports.js'
import { Program } from '../end-to-end/program.js'
import { Server, until } from '../end-to-end/server.js'

const DEPLOY = new URL('../../deploy/', import.meta.url).pathname

const run = (program: string, ...words: readonly string[]): string =>
  execFileSync(program, words, { encoding: 'utf8', cwd: DEPLOY, stdio: ['ignore', 'pipe', 'pipe'] })

interface Board {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[]
}

/** What the panels of the board ask, of all nodes. */
async function boardQueries(): Promise<readonly (readonly [title: string, expr: string])[]> {
  const board = JSON.parse(await readFile(join(DEPLOY, 'grafana/meridian.json'), 'utf8')) as Board // our own file
  return board.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [title, expr.replaceAll('$instance', '.*')] as const),
  )
}

async function expressions(): Promise<readonly (readonly [string, string])[]> {
  const rules = parse(await readFile(join(DEPLOY, 'prometheus/meridian-rules.yml'), 'utf8'))
  const alerts = rules.groups[0].rules as readonly { alert: string; expr: string }[]
  return [...(await boardQueries()), ...alerts.map(({ alert, expr }) => [alert, expr] as const)]
}

describe.each([
  ['systemd/meridian.service', '1.9'],
  ['bird/meridian-gate.service', '1.4'],
  ['keepalived/meridian-gate.service', '1.4'],
])('the unit %s', (path, exposure) => {
  test('has nothing that systemd finds wrong', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'meridian-unit-'))
    try {
      // The program and the user are there only where it is installed.
      const unit = (await readFile(join(DEPLOY, path), 'utf8'))
        .replace('/usr/bin/env meridian', '/bin/true')
        .replace(/^(User|Group)=.*/gm, '$1=root')
      await writeFile(join(folder, basename(path)), unit)
      expect(run('systemd-analyze', 'verify', '--man=no', join(folder, basename(path)))).toBe('')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test(`leaves the service little of the machine: an exposure of ${exposure}, as deploy/README.md says`, async () => {
    const told = run('systemd-analyze', 'security', '--offline=true', '--threshold=20', path)
    expect(told).toContain(`Overall exposure level for ${basename(path)}: ${exposure} OK`)
    expect(await readFile(join(DEPLOY, 'README.md'), 'utf8')).toContain(exposure)
  })
})

test('BIRD takes its file, and nothing is announced before the gate says so', async () => {
  expect(run('bird', '-p', '-c', 'bird/bird.conf')).toBe('')
  expect(await readFile(join(DEPLOY, 'bird/bird.conf'), 'utf8')).toMatch(/protocol static anycast \{\n {2}disabled;/)
})

test('promtool takes the rules, and they raise the alerts that the series of the test deserve', () => {
  run('promtool', 'check', 'rules', 'prometheus/meridian-rules.yml')
  expect(run('promtool', 'test', 'rules', 'prometheus/meridian-rules.test.yml')).toContain('SUCCESS')
})

describe('with a Prometheus that scrapes a server', () => {
  let server: Server
  let prometheus: Program
  let folder: string
  let base: string

  beforeAll(async () => {
    server = await Server.start({ traffic: EXAMPLE.replaceAll('127.0.1.', '127.0.2.') })
    folder = await mkdtemp(join(tmpdir(), 'meridian-prometheus-'))
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(DEPLOY, 'prometheus/meridian-rules.yml')],
      scrape_configs: [{ job_name: 'meridian', static_configs: [{ targets: [new URL(server.admin).host] }] }],
    }
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config))
    prometheus = new Program('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ])
    await until('two scrapes', 60_000, async () => {
      const found = await query('count_over_time(meridian_build_info[1m]) >= 2').catch(() => [])
      return found.length > 0 ? true : undefined
    })
  })

  afterAll(async () => {
    await prometheus?.stop()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function query(expr: string): Promise<readonly unknown[]> {
    const reply = await fetch(`${base}/api/v1/query?${new URLSearchParams({ query: expr })}`)
    // biome-ignore lint/suspicious/noExplicitAny: JSON of another program, of which a test reads what it needs
    const { status, error, data } = (await reply.json()) as any
    if (status !== 'success') throw new Error(`${expr}: ${error}`)
    return data.result
  }

  test('every query of the board and of the rules is understood', async () => {
    for (const [, expr] of await expressions()) await query(expr)
  })

  test('every query of the board finds what it asks for', async () => {
    const client = await UdpClient.open(server)
    await client.ask(ask('api.example.com', 'A', '133.11.0.0/24'))
    client.close()
    await server.api('GET', '/v1/status')
    for (const [title, expr] of await boardQueries())
      await until(`${title}: ${expr}`, 30_000, async () => ((await query(expr)).length > 0 ? true : undefined))
  })

  test('promtool finds nothing to say of how the series are named and described', async () => {
    const exposition = await (await fetch(`${server.admin}/metrics`)).text()
    // Of a series without samples it says nothing.
    const whole = exposition.replace(/^(# TYPE (\S+) (?:gauge|counter)\n)(?=#|$)/gm, '$1$2 1\n')
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: whole, encoding: 'utf8' })
    expect([status, stdout, stderr]).toEqual([0, '', ''])
  })

  test('every series that they name is one that the server has', async () => {
    const exposition = await (await fetch(`${server.admin}/metrics`)).text()
    for (const [title, expr] of await expressions())
      for (const [name] of expr.matchAll(/meridian_\w+?(?=_bucket|\b)/g))
        expect(exposition, title).toContain(`# TYPE ${name} `)
  })

  test('the alerts are loaded, and the one for old data fires where they are old', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const { data } = (await (await fetch(`${base}/api/v1/rules`)).json()) as any
    expect(data.groups[0].rules.map(({ health }: { health: string }) => health)).not.toContain('err')
    const [age] = (await query('max(meridian_geo_database_age_seconds)')) as readonly {
      value: readonly [number, string]
    }[]
    const old = Number(age!.value[1]) > 90 * 86_400
    await until('the alert', 30_000, async () => {
      const alerts = (await query('ALERTS{alertname="MeridianGeoDataOld"}')).length
      return alerts > 0 === old ? true : undefined
    })
  })
})

test('the container takes only what is there, and runs without root', async () => {
  const file = await readFile(join(DEPLOY, 'container/Containerfile'), 'utf8')
  expect(file).toMatch(/^USER node$/m)
  const root = join(DEPLOY, '..')
  for (const [, path = ''] of file.matchAll(/^COPY --from=build \/build\/(\S+)/gm))
    if (!['node_modules', 'dist'].includes(path)) expect(run('ls', '-d', join(root, path)).trim()).toContain(path)
})
