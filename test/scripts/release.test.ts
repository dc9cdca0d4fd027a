// What a release is made of, installed as its users install it, and run from there: the Debian package by dpkg, the npm package in a prefix.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressesOf, ask, UdpClient } from '../end-to-end/dns-client.js'
import { smallDatabase } from '../end-to-end/example.js'
import { freePort } from '../end-to-end/ports.js'
import { Program } from '../end-to-end/program.js'

const { commitTime }: { commitTime(root: string): number } = await script('commit-time')
const { buildDebian }: { buildDebian(wish: object): readonly string[] } = await script('debian')
const { buildNpm }: { buildNpm(wish: object): string } = await script('npm')
const { bill }: { bill(root: string, time: number): Bill } = await script('sbom')

interface Bill {
  readonly bomFormat: string
  readonly serialNumber: string
  readonly metadata: { readonly timestamp: string; readonly component: { readonly name: string } }
  readonly components: readonly { readonly name: string; readonly group?: string; readonly version: string }[]
}

/** They are programs of their own, and have no types. */
function script(name: string) {
  return import(String(new URL(`../../scripts/release/${name}.mjs`, import.meta.url)))
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const TIME = 1_790_000_000
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string } // our own

let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'meridian-release-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const TRAFFIC = `
regions: { eu: { addresses: [192.0.2.1] } }
zones: { example.com: { nameservers: [ns1.example.net], records: { api: { steer: nearest } } } }
`

/** Serves with the program that was installed, by the name that is in the path of its users. */
async function answerOf(program: string): Promise<readonly string[]> {
  const [place, port] = [mkdtempSync(join(folder, 'node-')), await freePort()]
  writeFileSync(join(place, 'traffic.yaml'), TRAFFIC)
  writeFileSync(join(place, 'geo.mmdb'), smallDatabase())
  writeFileSync(
    join(place, 'server.yaml'),
    `listen: ["127.0.0.1:${port}"]\nadmin: { listen: "127.0.0.1:0" }\ngeo: { databases: [geo.mmdb] }\n`,
  )
  const server = new Program(program, ['serve', '--settings', join(place, 'server.yaml')], { cwd: place })
  try {
    await server.says(/admin API on/)
    const client = await UdpClient.open({ host: '127.0.0.1', port })
    const message = await client.ask(ask('api.example.com', 'A'))
    client.close()
    return message === undefined ? [] : addressesOf(message)
  } finally {
    await server.stop()
  }
}

const runs = (program: string, ...words: readonly string[]): string =>
  execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

describe('the Debian package', () => {
  let file: string
  let root: string
  const dpkg = (...words: readonly string[]): string =>
    runs(
      'dpkg',
      `--root=${root}`,
      '--force-depends',
      '--force-script-chrootless',
      '--force-unsafe-io',
      '--log=/dev/null',
      ...words,
    )

  beforeAll(() => {
    const built = buildDebian({
      root: ROOT,
      out: folder,
      version: `${version}-1`,
      time: TIME,
      compression: 'none',
      only: ['meridian'],
    })
    file = built[0]!
    root = join(folder, 'root')
    for (const name of ['var/lib/dpkg/updates', 'var/lib/dpkg/info']) mkdirSync(join(root, name), { recursive: true })
    for (const name of ['status', 'available']) writeFileSync(join(root, 'var/lib/dpkg', name), '')
    dpkg('-i', file)
  })

  test('says what it is, and what it needs', () => {
    expect(runs('dpkg-deb', '-f', file, 'Package', 'Version', 'Depends', 'Recommends').split('\n')).toEqual([
      'Package: meridian',
      `Version: ${version}-1`,
      'Depends: nodejs (>= 20.19), adduser',
      'Recommends: meridian-geo-data',
    ])
  })

  test('all in it is of root, writable for nobody else, and as old as the commit', () => {
    for (const line of runs('dpkg-deb', '-c', file).split('\n'))
      expect(line).toMatch(/^(?:-rw-r--r--|-rwxr-xr-x|drwxr-xr-x|lrwxrwxrwx) root.root +\d+ 2026-09-2\d \d\d:\d\d \.\//)
  })

  test('installed, it runs and answers', async () => {
    expect(runs(join(root, 'usr/bin/meridian'), 'version')).toBe(version)
    expect(await answerOf(join(root, 'usr/bin/meridian'))).toEqual(['192.0.2.1'])
  })

  test('the settings that it brings are sound, and their state is where the unit lets it write', () => {
    expect(
      runs(join(root, 'usr/bin/meridian'), 'check', '--settings', join(root, 'etc/meridian/server.yaml')),
    ).toContain('is sound')
    expect(readFileSync(join(root, 'etc/meridian/server.yaml'), 'utf8')).toContain(
      '\nstate-directory: /var/lib/meridian ',
    )
    expect(readFileSync(join(root, 'lib/systemd/system/meridian.service'), 'utf8')).toContain('StateDirectory=meridian')
  })

  test('removed, it leaves what operators wrote; purged, nothing', () => {
    writeFileSync(join(root, 'etc/meridian/traffic.yaml'), 'zones: {}\n# ours\n')
    dpkg('-r', 'meridian')
    expect([existsSync(join(root, 'usr/bin/meridian')), existsSync(join(root, 'etc/meridian/traffic.yaml'))]).toEqual([
      false,
      true,
    ])
    dpkg('-P', 'meridian')
    const left = (readdirSync(root, { recursive: true }) as string[]).filter(name => name.includes('meridian')) // names
    expect(left).toEqual([])
  })
})

describe('the npm package', () => {
  let home: string
  beforeAll(() => {
    const file = buildNpm({ root: ROOT, out: folder, time: TIME })
    home = join(folder, 'prefix/lib/node_modules/meridian-gtm')
    mkdirSync(home, { recursive: true })
    runs('tar', '-xzf', file, '-C', home, '--strip-components=1')
    // What it depends on is what is installed here, but for what only its developers need.
    symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'))
    mkdirSync(join(folder, 'prefix/bin'))
    const bin = (JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { bin: { meridian: string } }).bin
      .meridian // npm's own form
    // As npm does with what a package names there.
    chmodSync(join(home, bin), 0o755)
    symlinkSync(join('../lib/node_modules/meridian-gtm', bin), join(folder, 'prefix/bin/meridian'))
  })

  test('has what it needs to run, and nothing that only its making needs', () => {
    const names = (readdirSync(home) as string[]).filter(name => name !== 'node_modules').sort()
    expect(names).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'config',
      'deploy',
      'dist',
      'docs',
      'geo-data',
      'package.json',
    ])
  })

  test('is the same to the byte, whoever may read what it is packed from', () => {
    const [ours, theirs] = [0o644, 0o600].map(mode => {
      const [root, out] = [mkdtempSync(join(folder, 'packed-')), mkdtempSync(join(folder, 'out-'))]
      writeFileSync(join(root, 'package.json'), '{ "name": "meridian-gtm", "version": "1.2.3" }', { mode })
      mkdirSync(join(root, 'dist'), { mode: mode | 0o111 })
      writeFileSync(join(root, 'dist', 'main.js'), '#!/usr/bin/env node\n', { mode })
      return readFileSync(buildNpm({ root, out, time: TIME }))
    })
    expect(theirs!.equals(ours!)).toBe(true)
  })

  test('tells nobody where it was built', () => {
    const names = (readdirSync(join(home, 'dist'), { recursive: true }) as string[]).filter(name => /\.\w+$/.test(name))
    const telling = names.filter(name => readFileSync(join(home, 'dist', name), 'utf8').includes(`${ROOT}/`))
    expect(telling).toEqual([])
    expect(names.length).toBeGreaterThan(100)
  })

  test('each package that it imports is one that it asks for', () => {
    const { dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { dependencies: object } // npm's own form
    const modules = (readdirSync(join(home, 'dist'), { recursive: true }) as string[]).filter(
      name => name.endsWith('.js') && !name.startsWith('dashboard'),
    )
    const imported = modules.flatMap(name => [
      ...readFileSync(join(home, 'dist', name), 'utf8').matchAll(
        /(?:^import|^export|^} )[^'"\n]*?from ['"]((?:@[\w-]+\/)?[\w-]+)(?:\/[^'"]*)?['"]/gm,
      ),
    ])
    const packages = new Set(imported.map(([, name]) => name!))
    expect([...packages].filter(name => !Object.hasOwn(dependencies, name))).toEqual([])
    expect(packages.size).toBeGreaterThan(5)
  })

  test('installed, it runs', () => {
    const program = join(folder, 'prefix/bin/meridian')
    expect(runs(program, 'version')).toBe(version)
    expect(runs(program, 'check', join(home, 'config/traffic.yaml'))).toContain('is sound')
  })
})

test('the bill of materials names what it runs with, and nothing that only its making needs', () => {
  const one = bill(ROOT, TIME)
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  } // our own
  const named = new Map(
    one.components.map(({ name, version: of, group }) => [group === undefined ? name : `${group}/${name}`, of]),
  )
  for (const [name, of] of Object.entries(dependencies))
    expect([name, named.get(name) ?? named.get(name.replace(/^@[^/]+\//, ''))]).toEqual([name, of])
  // npm itself calls it as the folder is called.
  expect(one.metadata.component.name).toBe('meridian-gtm')
  expect([one.bomFormat, one.metadata.timestamp, one.components.some(({ name }) => name === 'vitest')]).toEqual([
    'CycloneDX',
    '2026-09-21T14:13:20.000Z',
    false,
  ])
  expect(one.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('a release is as old as its commit, or as is told', () => {
  expect(commitTime(ROOT)).toBe(Number(runs('git', '-C', ROOT, 'log', '-1', '--format=%ct')))
})
