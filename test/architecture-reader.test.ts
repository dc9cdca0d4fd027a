// The reader and the checks behind the architecture tests, held against modules that break the rules on purpose.
import { expect, test } from 'vitest'
import { readModule } from './architecture.js'
import { breaches, circles, meddling, strays } from './architecture-checks.js'
import { FAMILIES, LAYERS, ROOMS } from './architecture-rules.js'

const read = (files: Record<string, string>) => Object.entries(files).map(([path, text]) => readModule(path, text))

test.each([
  // source, to, kind
  [`import { a } from '../dns/name.js'`, 'src/dns/name', 'value'],
  [`import '../dns/name.js'`, 'src/dns/name', 'value'],
  [`import type { A } from '../dns/name.js'`, 'src/dns/name', 'type'],
  [`import { type A } from '../dns/name.js'`, 'src/dns/name', 'value'],
  [`import { type A, b } from '../dns/name.js'`, 'src/dns/name', 'value'],
  [`import type * as names from '../dns/name.js'`, 'src/dns/name', 'type'],
  [`export { a } from './b.js'`, 'src/cli/b', 'value'],
  [`export * from './b.js'`, 'src/cli/b', 'value'],
  [`export type { A } from './b.js'`, 'src/cli/b', 'type'],
  [`const b = async () => (await import('./b.js')).b`, 'src/cli/b', 'value'],
  ['const b = import(`./b.js`)', 'src/cli/b', 'value'],
  [`const b = (name: string) => import(name)`, '?', 'value'],
  [`type B = import('./b.js').B`, 'src/cli/b', 'type'],
  [`import b = require('./b.js')`, 'src/cli/b', 'value'],
  [`const b = require('yaml/util')`, 'yaml', 'value'],
  [`new Worker(new URL('./b.js', import.meta.url))`, 'src/cli/b', 'thread'],
  [`import swagger from '@fastify/swagger/types'`, '@fastify/swagger', 'value'],
  [`import { join } from 'node:path/posix'`, 'node:path/posix', 'value'],
])('%s is an import', (source, to, kind) => {
  expect(readModule('src/cli/a.ts', source).imports).toEqual([{ to, kind }])
})

test.each([
  `const a = "import './b.js'"`,
  `// import './b.js'`,
  `new URL('../geo-data/countries.json', import.meta.url)`,
  `new URL('./b.js', 'http://localhost')`,
  `export { a }`,
])('%s is no import', source => {
  expect(readModule('src/cli/a.ts', source).imports).toEqual([])
})

test.each([
  [true, 'export default 1'],
  [true, 'export default function a() {}'],
  [true, 'export default class {}'],
  [true, 'const a = 1\nexport { a as default }'],
  [true, `export * as default from './b.js'`],
  [false, 'export const a = 1'],
  [false, 'export function f(kind: 1) { switch (kind) { default: return } }'],
])('that it has a default export is %s of: %s', (expected, source) => {
  expect(readModule('src/cli/a.ts', source).exportsDefault).toBe(expected)
})

test.each([
  // importer, source, how many rules it breaks
  ['src/dns/a.ts', `import '../snapshot/b.js'`, 1],
  ['src/data-plane/a.ts', `import type { B } from '../control-plane/geo/b.js'`, 1],
  ['src/control-plane/geo/a.ts', `import type { B } from '../../data-plane/b.js'`, 1],
  ['src/control-plane/geo/a.ts', `import '../../log.js'`, 1],
  ['src/control-plane/geo/a.ts', `import type { Region } from '../traffic/document.js'`, 0],
  ['src/control-plane/geo/a.ts', `import { region } from '../traffic/document.js'`, 1],
  ['src/control-plane/geo/a.ts', `import type { Yaml } from '../traffic/yaml.js'`, 1],
  ['src/control-plane/policies/a.ts', `import '../geo/b.js'`, 0],
  ['src/control-plane/publish/a.ts', `import '../traffic/yaml.js'`, 1],
  ['src/control-plane/operate/a.ts', `import '../admin/server.js'`, 1],
  ['src/control-plane/admin/routes/a.ts', `import '../../operate/b.js'`, 0],
  ['src/node/node.ts', `import '../cli/serve.js'`, 1],
  ['src/cli/serve.ts', `import '../node/node.js'`, 0],
  ['src/main.ts', `import './cli/serve.js'`, 0],
  ['src/dashboard/a.tsx', `import type { B } from '../control-plane/admin/api.js'`, 0],
  ['src/dashboard/a.tsx', `import { b } from '../control-plane/admin/api.js'`, 1],
])('in %s, %s breaks %d of the layers and rooms', (path, source, count) => {
  const modules = read({ [path]: source })
  const broken = [
    ...LAYERS.flatMap(layer => breaches(modules, layer)),
    ...ROOMS.flatMap(room => breaches(modules, room, 'src/control-plane/')),
  ]
  expect(broken).toHaveLength(count)
})

test.each([
  // file, source, how many members meddle
  ['policies/sticky.ts', `import { distance } from './distance.js'`, 1],
  ['policies/sticky.ts', `import type { Step } from './policy.js'`, 0],
  ['policies/sticky.ts', `import { rank } from './policy.js'`, 1],
  ['policies/policy.ts', `import { distance } from './distance.js'`, 0],
  ['health/tcp.ts', `import { http } from './http.js'`, 1],
  ['health/tcp.ts', `import { cause } from './cause.js'`, 0],
  ['health/check.ts', `import { http } from './http.js'`, 0],
  ['admin/routes/zones.ts', `import type { A } from './regions.js'`, 1],
])('in %s, %s meddles %d times', (file, source, count) => {
  const modules = read({ [`src/control-plane/${file}`]: source })
  expect(FAMILIES.flatMap(family => meddling(modules, family))).toHaveLength(count)
})

test('a package is a stray outside of its place, by its scope too', () => {
  const modules = read({ 'src/a.ts': `import '@fastify/swagger'`, 'src/b.ts': `import '@fastify/swagger'` })
  expect(strays(modules, '@fastify/*', ['src/a'])).toEqual(['src/b → @fastify/swagger (value)'])
})

test('a circle of values is found, and types or threads close none', () => {
  const closing = (last: string) =>
    read({ 'src/a.ts': `import './b.js'`, 'src/b.ts': `import './c.js'`, 'src/c.ts': last })
  expect(circles(closing(`import './a.js'`))).toEqual(['src/a → src/b → src/c → src/a'])
  expect(circles(closing(`import './b.js'`))).toEqual(['src/b → src/c → src/b'])
  expect(circles(closing(`import type { A } from './a.js'`))).toEqual([])
  expect(circles(closing(`new Worker(new URL('./a.js', import.meta.url))`))).toEqual([])
})
