// Puts the modules of the program and of its threads together, a part of `npm run build`: a start reads some thirty files and
// not a thousand, which is half of the time that it takes. What `tsc` has made of each module stays beside them, for tools.
import { copyFileSync, rmSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { shapesOfRequests, shapesOfStart } from './ready-shapes.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCES = join(ROOT, 'src')
const DIST = join(ROOT, 'dist')
const SHARED = 'shared-modules'

/** Whatever Node is told to run: the program, and each kind of thread. */
const ENTRIES = [
  'main',
  'data-plane/worker',
  'control-plane/balance/solver-thread',
  'control-plane/geo/check-thread',
  'control-plane/health/probe-thread',
  'control-plane/publish/map-thread',
  'control-plane/traffic/reader-thread',
]

/** Of these a small part is used, and loading all of it is a good part of a start. Their licences have to go with them. */
const INLINED = { typebox: 'license', undici: 'LICENSE' }

/** Other packages stay what and where they are: npm looks after them. */
const isExternal = id => !/^(\.|\/|[A-Z]:|\0)/i.test(id) && !(id.split('/')[0] in INLINED)

/** Of undici the client alone: neither fetch nor sockets of the web, which its one entry loads as well. */
const clientOfUndici = {
  name: 'client-of-undici',
  resolveId: { filter: { id: /^undici$/ }, handler: () => '\0undici' },
  load: {
    filter: { id: /^\0undici$/ },
    handler: () => "export { default as Client } from 'undici/lib/dispatcher/client.js'",
  },
}

/** A module that asks where it is finds what lies beside it as if it still were where its source says. */
const ownPlaces = {
  name: 'own-places',
  transform(code, id) {
    if (!id.startsWith(SOURCES) || !code.includes('import.meta.url')) return undefined
    const place = relative(SOURCES, id).split(sep).join('/').replace(/\.ts$/, '.js')
    return { code: code.replaceAll('import.meta.url', `__PLACE__(${JSON.stringify(place)})`) }
  },
  renderChunk(code, { fileName }) {
    const from = posix.dirname(fileName)
    return {
      code: code.replace(/__PLACE__\("([^"]+)"\)/g, (_, place) => {
        const way = posix.relative(from, place)
        return `new URL(${JSON.stringify(way.startsWith('.') ? way : `./${way}`)}, import.meta.url).href`
      }),
    }
  },
}

/** Checks of shapes are made now, and not when the first one is needed. */
const madeShapes = {
  name: 'made-shapes',
  load: {
    filter: { id: /src\/control-plane\/(traffic|admin)\/ready-shapes\.ts$/ },
    handler: id => (id.includes('/admin/') ? shapesOfRequests() : shapesOfStart()),
  },
}

rmSync(join(DIST, SHARED), { recursive: true, force: true })
const bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map(entry => [entry, join(SOURCES, `${entry}.ts`)])),
  platform: 'node',
  // A place is a part of one line: the maps are right but for the rest of that.
  checks: { sourcemapBroken: false },
  external: isExternal,
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  plugins: [ownPlaces, madeShapes, clientOfUndici],
})
await bundle.write({
  dir: DIST,
  format: 'esm',
  sourcemap: true,
  entryFileNames: '[name].js',
  chunkFileNames: `${SHARED}/[name]-[hash].js`,
})
await bundle.close()
for (const [name, licence] of Object.entries(INLINED))
  copyFileSync(join(ROOT, 'node_modules', name, licence), join(DIST, SHARED, `LICENSE.${name}`))
