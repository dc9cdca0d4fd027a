// Debian packages: the program with the packages that it needs, and the geo data apart; built by dpkg-deb alone.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { GEO_DATA, productionPackages } from './production.mjs'
import { settle } from './settle.mjs'

const HOME = 'usr/lib/meridian'

/**
 * @param wish root: the project, built; version: of Debian; time: seconds, of everything within; compression: of dpkg-deb;
 *   only: these packages
 * @returns the files that it has written into `out`
 */
export function buildDebian({
  root,
  out,
  version,
  time,
  compression = 'xz',
  only = ['meridian', 'meridian-geo-data'],
}) {
  const packages = productionPackages(root)
  const isGeo = folder => folder.includes(GEO_DATA)
  const architecture = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim()
  const build = (name, wish) =>
    only.includes(name) ? [pack({ root, out, version, time, compression, name, ...wish })] : []
  return [
    ...build('meridian', {
      architecture,
      depends: 'nodejs (>= 20.19), adduser',
      recommends: 'meridian-geo-data',
      summary: 'GeoDNS server that answers with the nearest healthy region',
      text: ' An authoritative DNS server that locates clients, probes regions, and answers\n with the address of the nearest that is up; with an admin API and a dashboard.',
      fill: folder =>
        program(
          root,
          folder,
          packages.filter(one => !isGeo(one)),
          time,
        ),
      scripts: ['postinst', 'prerm', 'postrm'],
      configuration: ['/etc/meridian/server.yaml', '/etc/meridian/traffic.yaml', '/etc/sysctl.d/90-meridian.conf'],
    }),
    ...build('meridian-geo-data', {
      architecture: 'all',
      depends: 'meridian',
      summary: 'where networks are, for meridian (DB-IP City Lite)',
      text: ' IP geolocation by DB-IP (https://db-ip.com), CC BY 4.0.',
      fill: folder => copyPackages(root, join(folder, HOME), packages.filter(isGeo)),
    }),
  ]
}

function program(root, folder, packages) {
  const home = join(folder, HOME)
  for (const name of ['dist', 'config', 'geo-data', 'deploy', 'package.json', 'LICENSE', 'NOTICE'])
    cpSync(join(root, name), join(home, name), { recursive: true, filter: forUsers })
  copyPackages(root, home, packages)
  const put = (from, to) => cpSync(join(root, from), join(folder, to), { recursive: true })
  put('deploy/systemd/meridian.service', 'lib/systemd/system/meridian.service')
  put('deploy/systemd/90-meridian.conf', 'etc/sysctl.d/90-meridian.conf')
  const server = readFileSync(join(root, 'config/server.yaml'), 'utf8')
  mkdirSync(join(folder, 'etc/meridian'), { recursive: true })
  writeFileSync(
    join(folder, 'etc/meridian/server.yaml'),
    server.replace(/^state-directory: \S+/m, 'state-directory: /var/lib/meridian'),
  )
  writeFileSync(join(folder, 'etc/meridian/traffic.yaml'), 'zones: {}\n')
  mkdirSync(join(folder, 'usr/bin'), { recursive: true })
  symlinkSync('../lib/meridian/dist/main.js', join(folder, 'usr/bin/meridian'))
  const about = join(folder, 'usr/share/doc/meridian')
  mkdirSync(about, { recursive: true })
  cpSync(join(root, 'docs'), join(about, 'docs'), { recursive: true, filter: path => !path.includes('images') })
  writeFileSync(
    join(about, 'copyright'),
    `${readFileSync(join(root, 'NOTICE'), 'utf8')}\nLicence: /usr/lib/meridian/LICENSE (Apache-2.0)\n`,
  )
  writeFileSync(join(about, 'changelog.gz'), gzipSync(readFileSync(join(root, 'CHANGELOG.md')), { level: 9 }))
}

/** Types, maps, tests and examples are for those who write programs. */
const FOR_MAKERS =
  /\.(?:[cm]?ts|map|flow|tsbuildinfo)$|node_modules\/(?:@[^/]+\/)?[^/]+\/(?:\.github|bench(?:mark)?s?|docs?|examples?|integration|tests?|types)(?:\/|$)/

const forUsers = path => !FOR_MAKERS.test(path)

function copyPackages(root, home, packages) {
  for (const folder of packages) cpSync(join(root, folder), join(home, folder), { recursive: true, filter: forUsers })
}

function pack({
  root,
  out,
  version,
  time,
  compression,
  name,
  architecture,
  depends,
  recommends,
  summary,
  text,
  fill,
  scripts = [],
  configuration = [],
}) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-deb-'))
  try {
    fill(folder)
    const control = join(folder, 'DEBIAN')
    mkdirSync(control)
    settle(folder, time)
    const kilobytes = Math.ceil(sizeOf(folder) / 1024)
    writeFileSync(
      join(control, 'control'),
      `${[
        ['Package', name],
        ['Version', version],
        ['Architecture', architecture],
        ['Maintainer', 'Meridian maintainers <maintainers@meridian.invalid>'],
        ['Installed-Size', kilobytes],
        ['Depends', depends],
        ['Recommends', recommends],
        ['Section', 'net'],
        ['Priority', 'optional'],
        ['Description', `${summary}\n${text}`],
      ]
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${key}: ${value}`)
        .join('\n')}\n`,
    )
    for (const script of scripts) {
      cpSync(join(root, 'deploy/debian', script), join(control, script))
      chmodSync(join(control, script), 0o755)
    }
    if (configuration.length > 0) writeFileSync(join(control, 'conffiles'), `${configuration.join('\n')}\n`)
    settle(control, time)
    const file = join(out, `${name}_${version}_${architecture}.deb`)
    execFileSync(
      'dpkg-deb',
      ['--root-owner-group', `-Z${compression}`, ...(compression === 'gzip' ? ['-z1'] : []), '--build', folder, file],
      {
        env: { ...process.env, SOURCE_DATE_EPOCH: String(time) },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    return file
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const sizeOf = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
