// The program checks shapes by what its build has made of their schemas; a document with faults of every kind is told of alike.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { readDocument } from '../../src/cli/read-document.js'
import { API_ROUTES } from '../../src/control-plane/admin/routes/routes.js'
import { TRAFFIC_SCHEMA } from '../../src/control-plane/traffic/schema.js'
import { POLICY } from '../../src/control-plane/traffic/schema-policy.js'
import { shapeDigest } from '../../src/control-plane/traffic/shape-digest.js'
import { SETTINGS_SCHEMA } from '../../src/settings-schema.js'
import { startTestNode } from '../control-plane/admin/world.js'
import { runMeridian } from '../end-to-end/program.js'

const SHARED = new URL('../../dist/shared-modules/', import.meta.url)

const FAULTY = `
chekcs: {}
checks:
  api: { type: htpp, port: 70000, interval: soon, fall: 0 }
  "": { type: tcp, port: "80" }
regions:
  eu: { location: [91, 8.68, 3], addresses: [127.0.0.300, 7], checks: api, weight: -1 }
  us: { addresses: [] }
policies:
  near: [{ distance: {}, latency: {} }, 5, nowhere]
zones:
  example.com:
    nameservers: []
    ttl: 3x
    records:
      "@": [{ type: MX }, { data: x }, null]
      api: [{ steer: neerest, ttl: { max: 1s, min: 5s }, when-all-down: never, take: 0 }]
`

/** How many checks the bundle has of each of these schemas. */
async function checksOf(schemas: readonly object[]): Promise<readonly number[]> {
  const names = (await readdir(SHARED)).filter(name => name.endsWith('.js'))
  const texts = await Promise.all(names.map(name => readFile(new URL(name, SHARED), 'utf8')))
  const digests = texts.flatMap(text => text.match(/\b[0-9a-f]{64}\b/g) ?? [])
  return schemas.map(shapeDigest).map(wanted => digests.filter(digest => digest === wanted).length)
}

test('the bundle has the shapes of the document, of policies and of settings ready, as their schemas are now', async () => {
  expect(await checksOf([TRAFFIC_SCHEMA, POLICY, SETTINGS_SCHEMA])).toEqual([1, 1, 1])
})

test('the bundle has a check ready for each schema that fastify wants one of for the API', async () => {
  const node = await startTestNode()
  onTestFinished(() => node.close())
  const asked: object[] = []
  const buildValidator = () => (route: { readonly schema: object }) => {
    asked.push(route.schema)
    return () => true
  }
  const compilersFactory = { buildValidator: buildValidator as never, buildSerializer: () => () => String }
  const app = fastify({ schemaController: { compilersFactory } })
  onTestFinished(() => app.close())
  app.addSchema({ $id: 'Problem' })
  for (const routes of API_ROUTES) routes(app, node.port)
  await app.ready()
  expect(asked.length).toBeGreaterThan(100)
  expect(new Set(await checksOf(asked))).toEqual(new Set([1]))
})

test('the program tells of the same faults, in the same words, as one whose shapes are made when they are needed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-shapes-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'traffic.yaml')
  await writeFile(file, FAULTY)
  const made = await readDocument(file)
  const problems = 'problems' in made ? made.problems : []
  expect(problems.length).toBeGreaterThan(15)
  const { stdout } = await runMeridian(['check', file, '--json'])
  expect(JSON.parse(stdout).problems).toEqual(JSON.parse(JSON.stringify(problems)))
})
