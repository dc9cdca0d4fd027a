// The client that a generator makes of the OpenAPI document: the program of docs/api.md, compiled strictly and run.
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import openapiTypes, { astToString } from 'openapi-typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import { blocksOf, ROOT } from '../docs/markdown.js'
import { BALANCERS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { run } from './program.js'
import { Server } from './server.js'

/** What a client must not let its users write, however it is called. */
const MISTAKES = `
// @ts-expect-error there is no such state
api.POST('/v1/overrides', { body: { targets: ['us-west'], state: 'sideways', reason: 'x' } })
// @ts-expect-error an override has a reason
api.POST('/v1/overrides', { body: { targets: ['us-west'], state: 'down', for: '1m' } })
// @ts-expect-error there is no such route
api.GET('/v1/overriddes')
// @ts-expect-error a reply has no such key
list.regions[0]?.latitude
`

let folder: string
let balancers: DemoRegions
let server: Server
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-client-'))
  const port = await freePort()
  balancers = await startDemoRegions([...BALANCERS], port)
  server = await Server.start({ traffic: exampleFor({ balancers: port }) })
})
afterAll(async () => {
  await server?.close()
  await balancers?.close()
  await rm(folder, { recursive: true, force: true })
})

const program = (): string => {
  const block = blocksOf('docs/api.md').find(({ language }) => language === 'ts')
  return block?.text ?? '' // which does nothing, and prints nothing
}

/** As strict as compilers get. */
const COMPILER = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'dom'],
    types: ['node'],
    skipLibCheck: true,
    outDir: 'out',
  },
  files: ['program.ts', 'mistakes.ts'],
}

async function compiled(): Promise<string> {
  const source = new URL('/openapi.json', server.admin)
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(COMPILER))
  await writeFile(join(folder, 'meridian-api.ts'), astToString(await openapiTypes(source)))
  await writeFile(join(folder, 'program.ts'), program())
  const [before = ''] = program().split('\nconst made')
  await writeFile(join(folder, 'mistakes.ts'), `${before}${MISTAKES}`)
  const { stdout } = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder])
  return stdout
}

test('compiles, refuses what the server would refuse, and does what the server says', async () => {
  expect(await compiled()).toBe('')
  const { code, stdout, stderr } = await run(process.execPath, [
    join(folder, 'out', 'program.js'),
    server.admin,
    await server.token(),
  ])
  expect(stderr).toBe('')
  expect([code, stdout.trim().split('\n')]).toEqual([
    0,
    [
      'us-east us-west eu-central ap-northeast ap-southeast',
      expect.stringMatching(/^override \d+: us-west drain 50 %$/),
      '200',
      '/problems/override-not-found',
    ],
  ])
  const { body } = await server.api('GET', '/v1/overrides')
  expect(body).toEqual({ overrides: [] })
})
