// Makes the checks of shapes for the bundle: those that a start needs, and those of the requests of the API. Each is the module that
// a ready-shapes.ts is there.
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'

const DIST = new URL('../dist/', import.meta.url)
const load = module => import(new URL(module, DIST).href)

/** What the library's code asks for, which in a module has to be imported. */
const LENGTH = 'require("ajv/dist/runtime/ucs2length").default'

/** What a start needs. */
export async function shapesOfStart() {
  const [{ TRAFFIC_SCHEMA }, { POLICY }, { SETTINGS_SCHEMA }] = await Promise.all([
    load('control-plane/traffic/schema.js'),
    load('control-plane/traffic/schema-policy.js'),
    load('settings-schema.js'),
  ])
  return moduleOf([TRAFFIC_SCHEMA, POLICY, SETTINGS_SCHEMA], './shape-digest.js')
}

/** What requests of the API are checked by. */
export async function shapesOfRequests() {
  const { API_ROUTES } = await load('control-plane/admin/routes/routes.js')
  const schemas = []
  // Routes are told to nobody, for the sake of their schemas.
  const take = (path, options = path) => schemas.push(...partsOf(options.schema ?? {}))
  const app = new Proxy({}, { get: () => take })
  for (const routes of API_ROUTES) routes(app, NOBODY)
  return moduleOf(schemas, '../traffic/shape-digest.js')
}

/** Whatever it is asked for is nobody again. */
const NOBODY = new Proxy(() => NOBODY, { get: () => NOBODY })

const partsOf = ({ body, querystring, params, headers }) =>
  [body, querystring, params, headers].filter(schema => schema !== undefined)

/**
 * The source of a module with the checks of these.
 * @param digest where the module finds what tells schemas apart
 * @throws Error where the library's code needs what is not known here
 */
async function moduleOf(schemas, digest) {
  const [{ SHAPE_OPTIONS }, { shapeDigest }] = await Promise.all([
    load('control-plane/traffic/shape-options.js'),
    load('control-plane/traffic/shape-digest.js'),
  ])
  const ajv = new Ajv({ ...SHAPE_OPTIONS, code: { source: true } })
  const different = new Map(schemas.map(schema => [shapeDigest(schema), schema]))
  const shapes = [...different].map(([key, schema]) => {
    const code = standalone.default(ajv, ajv.compile(schema)).replaceAll(LENGTH, 'ucs2length.default')
    const asked = /\brequire\([^)]*\)/.exec(code)
    if (asked !== null) throw new Error(`a check of a shape needs ${asked[0]}`)
    return `[${JSON.stringify(key)}, module => {${code}}]`
  })
  return `import { shapeDigest } from '${digest}'
import ucs2length from 'ajv/dist/runtime/ucs2length.js'
const READY = new Map([${shapes.join(',\n')}])
export function readyShape(schema) {
  const module = { exports: {} }
  const body = READY.get(shapeDigest(schema))
  body?.(module)
  return body && module.exports
}
`
}
