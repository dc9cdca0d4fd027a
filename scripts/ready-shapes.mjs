// Makes the checks of those shapes that a start needs, for the bundle: the module that ready-shapes.ts is there.
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'

const DIST = new URL('../dist/', import.meta.url)
const load = module => import(new URL(module, DIST).href)

/** What the library's code asks for, which in a module has to be imported. */
const LENGTH = 'require("ajv/dist/runtime/ucs2length").default'

/** The source of the module. @throws Error where the library's code needs what is not known here */
export async function readyShapes() {
  const [{ TRAFFIC_SCHEMA }, { POLICY }, { SETTINGS_SCHEMA }, { SHAPE_OPTIONS }, { shapeDigest }] = await Promise.all([
    load('control-plane/traffic/schema.js'),
    load('control-plane/traffic/schema-policy.js'),
    load('settings-schema.js'),
    load('control-plane/traffic/shape-options.js'),
    load('control-plane/traffic/ready-shapes.js'),
  ])
  const ajv = new Ajv({ ...SHAPE_OPTIONS, code: { source: true } })
  const shapes = [TRAFFIC_SCHEMA, POLICY, SETTINGS_SCHEMA].map(schema => {
    const code = standalone.default(ajv, ajv.compile(schema)).replaceAll(LENGTH, 'ucs2length.default')
    const asked = /\brequire\([^)]*\)/.exec(code)
    if (asked !== null) throw new Error(`a check of a shape needs ${asked[0]}`)
    return `[${JSON.stringify(shapeDigest(schema))}, make(module => {${code}})]`
  })
  return `import { createHash } from 'node:crypto'
import ucs2length from 'ajv/dist/runtime/ucs2length.js'
const make = body => { const module = { exports: {} }; body(module); return module.exports }
const READY = new Map([${shapes.join(',\n')}])
export const readyShape = schema => READY.get(shapeDigest(schema))
export const shapeDigest = schema => createHash('sha256').update(JSON.stringify(schema)).digest('hex')
`
}
