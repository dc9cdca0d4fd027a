// Terraform with a provider for any REST API: it reads each thing that it manages, compares it with what is written, and puts
// what differs. Played by its rules: repeated plans find nothing to do, and what others change is found and put right.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DOCUMENT, startTestNode, type TestNode } from './world.js'

let node: TestNode
beforeEach(async () => void (node = await startTestNode()))
afterEach(() => node.close())

/** One thing that is managed: `restapi_object` with its path and data. */
interface Resource {
  readonly path: string
  /** `update_method`: a zone that is put has no records but those that are put with it, and these are things of their own here. */
  readonly update?: 'PATCH'
  readonly data: unknown
}

/** In the order in which they are made: what others need comes first. As people write them, not as a program would. */
const RESOURCES: readonly Resource[] = [
  {
    path: 'checks/deep',
    data: { type: 'https', port: 443, path: '/healthz', interval: '10000ms', expect: ['200-299', '301'] },
  },
  {
    path: 'regions/south',
    data: {
      addresses: ['2001:DB8::7', '198.51.100.7'],
      location: [-33.9, 18.4],
      checks: ['deep'],
      'minimum-up': '50%',
    },
  },
  {
    path: 'regions/north',
    data: { addresses: ['198.51.100.8'], location: [59.33, 18.07], weight: 100, enabled: true },
  },
  { path: 'policies/mine', data: [{ geo: { rules: { ZA: { tier: ['south', 'north'] } } } }, 'distance'] },
  { path: 'safety/one-up', data: { 'at-least': 1, of: ['south', 'north'] } },
  {
    path: 'zones/managed.example',
    update: 'PATCH',
    data: { nameservers: ['NS1.example.net.', 'ns2.example.net'], ttl: '1h', 'negative-ttl': 60 },
  },
  {
    path: 'zones/managed.example/records/www',
    data: [
      { steer: 'mine', regions: ['south', 'north'], ttl: { max: '60s' } },
      { type: 'TXT', data: '"a  b"' },
    ],
  },
  { path: 'zones/managed.example/records/mail', data: [{ type: 'MX', data: '10  Mail.Example.NET.' }] },
]

const at = ({ path }: Resource): string => `/v1/traffic/${path}`

async function read(resource: Resource): Promise<unknown> {
  const reply = await node.call('GET', at(resource))
  if (reply.statusCode === 404) return undefined
  expect(reply.statusCode, reply.body).toBe(200)
  return reply.json()
}

/** Keys that nobody manages are not looked at. */
function differs(wanted: unknown, found: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted !== found
  if (Array.isArray(wanted))
    return !Array.isArray(found) || found.length !== wanted.length || wanted.some((one, i) => differs(one, found[i]))
  if (typeof found !== 'object' || found === null) return true
  return Object.entries(wanted).some(([key, value]) => differs(value, (found as Record<string, unknown>)[key])) // a map
}

/** What `terraform plan` would do. */
async function plan(): Promise<readonly string[]> {
  const paths: string[] = []
  for (const resource of RESOURCES) if (differs(resource.data, await read(resource))) paths.push(resource.path)
  return paths
}

/** Creates by PUT, and updates by the method of the resource. */
async function write(resource: Resource): Promise<void> {
  const isThere = (await read(resource)) !== undefined
  const method = isThere ? (resource.update ?? 'PUT') : 'PUT'
  const reply = await node.call(method, at(resource), { payload: resource.data as object }) // objects and arrays
  expect(reply.statusCode, reply.body).toBe(200)
}

/** What `terraform apply` does. */
async function apply(resources = RESOURCES): Promise<void> {
  for (const resource of resources) if (differs(resource.data, await read(resource))) await write(resource)
}

test('what was applied is found as it was written: repeated plans have nothing to do', async () => {
  expect(await plan()).toEqual(RESOURCES.map(({ path }) => path))
  await apply()
  const text = await node.text()
  for (let i = 0; i < 3; i++) {
    expect(await plan()).toEqual([])
    await apply()
  }
  expect(await node.text()).toBe(text)
  // Applied by force, each thing is what it was: no revision is made.
  const revisions = node.store.revisions!.list().length
  for (const resource of RESOURCES) await write(resource)
  expect(node.store.revisions!.list()).toHaveLength(revisions)
})

test('what somebody else has changed is found, alone, and put right', async () => {
  await apply()
  await node.call('PATCH', '/v1/traffic/regions/south', { payload: { 'minimum-up': '100%' } })
  await node.call('DELETE', '/v1/traffic/zones/managed.example/records/mail')
  expect(await plan()).toEqual(['regions/south', 'zones/managed.example/records/mail'])
  await apply()
  expect(await plan()).toEqual([])
})

test('a zone that is changed keeps the records that are managed by themselves', async () => {
  await apply()
  const changed = RESOURCES.map(
    resource =>
      resource.update === undefined ? resource : { ...resource, data: { ...(resource.data as object), ttl: '2h' } }, // a map
  )
  await apply(changed)
  expect((await plan()).join()).toBe('zones/managed.example')
})

test('what nobody manages is nobody’s drift', async () => {
  await apply()
  await node.call('PATCH', '/v1/traffic/regions/south', { payload: { description: 'by hand', capacity: 40 } })
  await node.call('PUT', '/v1/traffic/zones/managed.example/records/other', {
    payload: [{ type: 'A', data: '192.0.2.9' }],
  })
  expect(await plan()).toEqual([])
})

test('destroyed in the opposite order, nothing is left of it', async () => {
  await apply()
  for (const resource of [...RESOURCES].reverse()) {
    const reply = await node.call('DELETE', at(resource))
    expect(reply.statusCode, `${resource.path} ${reply.body}`).toBe(200)
    expect(await read(resource)).toBeUndefined()
  }
  expect(await node.text()).toBe(`${DOCUMENT.trimEnd()}\npolicies: {}\n`)
})
