// The architecture, in words that a machine keeps: each rule is a test, and its failure lists what breaks it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesUnder, ROOT, readModules } from './architecture.js'
import { arrow, breaches, circles, isIn, meddling, strays } from './architecture-checks.js'
import { FAMILIES, LAYERS, PACKAGES, ROOMS } from './architecture-rules.js'

const modules = readModules('src')
const all = [...modules, ...readModules('test')]
const idsWhere = (wrong: (module: (typeof modules)[number]) => boolean, of = modules): readonly string[] =>
  of.filter(wrong).map(({ id }) => id)

// A reader that finds nothing would make every rule below pass.
test('more than thirty modules and their imports were read', () => {
  expect(modules.length).toBeGreaterThan(30)
  expect(modules.flatMap(({ imports }) => imports).length).toBeGreaterThan(modules.length)
})

describe('the layers', () => {
  test('every module has a place in the order', () => {
    const places = [...LAYERS, ...ROOMS].filter(({ place }) => place !== 'src/control-plane/').map(({ place }) => place)
    expect(idsWhere(({ id }) => !isIn(id, places))).toEqual([])
  })

  test.each(LAYERS)('$rule', layer => {
    expect(breaches(modules, layer)).toEqual([])
  })

  test('the planes never import each other', () => {
    const planes = ['src/data-plane/', 'src/control-plane/'] as const
    const across = planes.flatMap((place, i) => breaches(modules, { rule: '', place, may: [] }, planes[1 - i]))
    expect(across).toEqual([])
  })

  test('the log is imported by the node, the commands and main only', () => {
    const above = ['src/node/', 'src/cli/', 'src/main']
    const others = modules.filter(({ id }) => !isIn(id, above))
    expect(others.flatMap(m => m.imports.filter(({ to }) => to === 'src/log').map(i => arrow(m, i)))).toEqual([])
  })
})

describe('the rooms of the control plane', () => {
  test.each(ROOMS)('$rule', room => {
    expect(breaches(modules, room, 'src/control-plane/')).toEqual([])
  })

  test.each(FAMILIES)('$rule', family => {
    expect(meddling(modules, family)).toEqual([])
  })
})

describe('imports', () => {
  test('nothing imports in a circle', () => {
    expect(circles(modules)).toEqual([])
  })

  test('every import names its module', () => {
    expect(idsWhere(({ imports }) => imports.some(({ to }) => to === '?'))).toEqual([])
  })

  test('every module of ours that is imported exists', () => {
    const isStyle = (to: string): boolean => to.endsWith('.css') && existsSync(join(ROOT, to))
    const ids = new Set(modules.map(({ id }) => id))
    const missing = modules.flatMap(m =>
      m.imports.filter(i => i.to.startsWith('src/') && !ids.has(i.to) && !isStyle(i.to)).map(i => arrow(m, i)),
    )
    expect(missing).toEqual([])
  })

  test.each(PACKAGES)('%s is imported only in its place', (name, places) => {
    expect(strays(modules, name, places)).toEqual([])
  })

  test('dns-packet is not on the hot path', () => {
    expect(
      strays(
        modules.filter(({ id }) => id.startsWith('src/data-plane/')),
        'dns-packet',
        [],
      ),
    ).toEqual([])
  })

  // The dashboard is bundled by the build, so that an installation brings its packages inside of it; its types are made by the check of them.
  test('only packages that an installation brings are imported, and by the dashboard those of the build', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string> // package.json is ours; npm would have refused another form
      devDependencies: Record<string, string>
    }
    const names = (to: string): readonly string[] => {
      const name = to
        .split('/')
        .slice(0, to.startsWith('@') ? 2 : 1)
        .join('/')
      return [name, `@types/${name}`]
    }
    const known = (id: string, to: string): boolean => {
      if (id.startsWith('src/dashboard/'))
        return (
          names(to).some(name => name in devDependencies) ||
          /^(src\/|\.types\/|config\/.*\.schema\.json\?url$)/.test(to)
        )
      return to in dependencies || to.startsWith('node:') || to.startsWith('src/')
    }
    expect(modules.flatMap(m => m.imports.filter(({ to }) => !known(m.id, to)).map(i => arrow(m, i)))).toEqual([])
  })
})

describe('files', () => {
  test('there are no default exports', () => {
    expect(idsWhere(({ exportsDefault }) => exportsDefault, all)).toEqual([])
  })

  test('names are in kebab case and say what is inside', () => {
    const vague = /(^|-)(utils?|helpers?|managers?|services?|index)$/
    const name = (id: string): string => (id.split('/').at(-1) ?? '').replace(/\.test$/, '')
    expect(idsWhere(({ id }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name(id)) || vague.test(name(id)), all)).toEqual([])
  })

  test('every file opens with a comment', () => {
    expect(idsWhere(({ text }) => !/^(#!.*\n)?\s*\/[/*]/.test(text))).toEqual([])
  })

  test('every folder of src has a README', () => {
    const paths = filesUnder(join(ROOT, 'src')).map(file => relative(ROOT, file))
    const withParents = (folder: string): readonly string[] =>
      folder === 'src' ? [folder] : [folder, ...withParents(dirname(folder))]
    const folders = new Set(paths.flatMap(path => withParents(dirname(path))))
    expect([...folders].filter(folder => !paths.includes(join(folder, 'README.md')))).toEqual([])
  })

  // A README that sends its reader to a file of yesterday is worse than none.
  test('the READMEs of src name only files that exist', () => {
    const missing = filesUnder(join(ROOT, 'src'))
      .filter(file => file.endsWith('README.md'))
      .flatMap(file => {
        const named = readFileSync(file, 'utf8').matchAll(/`(\w[\w/-]*\.(?:tsx?|ya?ml|json))`|\]\(([^):]+)\)/g)
        const places = (path: string) => [join(dirname(file), path), join(ROOT, path)]
        return [...named]
          .map(([, inline, link]) => inline ?? link ?? '')
          .filter(path => !places(path).some(existsSync))
          .map(path => `${relative(ROOT, file)}: ${path}`)
      })
    expect(missing).toEqual([])
  })

  test('no text names a path of one machine', () => {
    const folders = ['src', 'test', 'scripts', 'config', 'docs', 'deploy', 'geo-data', '.ci'].map(folder =>
      join(ROOT, folder),
    )
    const top = readdirSync(ROOT, { withFileTypes: true }).filter(
      entry => entry.isFile() && !entry.name.endsWith('.log') && entry.name !== '.git',
    )
    const files = [...folders.filter(existsSync).flatMap(filesUnder), ...top.map(({ name }) => join(ROOT, name))]
    const machinePath = /(?<![\w.})-])\/(?:work|root|home)(?=[/\s'"`),;]|$)/m
    const guilty = files.filter(file => machinePath.test(readFileSync(file, 'utf8')))
    expect(guilty.map(file => relative(ROOT, file))).toEqual([])
  })

  test.each(['package-lock.json', 'scripts/site/package-lock.json'])('%s names no registry', lock => {
    expect(readFileSync(join(ROOT, lock), 'utf8')).not.toContain('"resolved"')
  })
})
