// A real server that is asked whatever its own OpenAPI document lets one think of, and what nearly fits it: it never fails, says
// what is wrong as a problem, and answers with nothing that the document does not tell of. Long: scripts/proofs/api.mjs.
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { proofForm } from '../proof-form.js'
import { type ApiRequest, type Document, requestsOf } from './api-fuzz/requests.js'
import { runMeridian } from './program.js'
import { Server } from './server.js'

const { isLong, leave } = proofForm('MERIDIAN_API_FUZZ')
/** Of each operation. */
const REQUESTS = isLong ? Number(process.env['MERIDIAN_API_FUZZ_EACH'] ?? 200) : 4
const SEED = Number(process.env['MERIDIAN_API_FUZZ_SEED'] ?? 1)
/** After so many the document is what it was: one from which all was taken away finds little. */
const ANEW = 40

const DOCUMENT = `# The document of this test.
checks:
  api: { type: tcp, port: 9, interval: 60s, timeout: 1s }
  told: { type: push }
regions:
  us-east: { location: [38.95, -77.45], addresses: [127.0.2.1], checks: [told], weight: 50 }
  eu-central: { location: [50.11, 8.68], addresses: [127.0.2.3, "2001:db8::3"], capacity: 100 }
  spare: { addresses: [127.0.2.9], enabled: false, description: in the cellar }
policies:
  measured-first: [{ latency: { table: measured } }]
latency:
  measured: { learned: {} }
  given: { file: rtt.csv }
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 192.0.2.53 }
      "@": { steer: nearest, ttl: 30s }
      api:
        - { type: TXT, data: '"hello"' }
        - { steer: measured-first, ttl: { max: 60s, min: 5s } }
      www: { type: CNAME, data: api.example.com. }
  other.example: { nameservers: [ns1.example.com], dnssec: true }
safety:
  thaw: { facts: { frozen: false } }
  two-up: { at-least: 1 }
`

/** They ask servers elsewhere, which tests do not. */
const LEFT = new Set(['GET /v1/zones/{zone}/dnssec/parent', 'POST /v1/geo'])

let server: Server
beforeAll(async () => {
  server = await Server.start({
    traffic: DOCUMENT,
    files: { 'rtt.csv': 'client,region,ms\n' },
  })
})
afterAll(() => server?.close())

test('whatever a request is, the answer is one that the document tells of, errors are problems, and the audit log is whole', async () => {
  const token = await server.token()
  const document = (await (await fetch(`${server.admin}/openapi.json`)).json()) as Document // of our own making
  const made = requestsOf(document, DOCUMENT, LEFT).flatMap((arbitrary, i) =>
    fc.sample(arbitrary, { numRuns: REQUESTS, seed: SEED + i }),
  )
  // Operations take turns, so that each finds what the others have left.
  const turns = made
    .map((request, i) => ({ request, at: (i % REQUESTS) * made.length + i }))
    .sort((a, b) => a.at - b.at)
  const faults = new Map<string, string>()
  const statuses = new Map<number, number>()
  for (const [i, { request }] of turns.entries()) {
    if (i % ANEW === 0) await asItWas(token)
    const reply = await send(request, token)
    statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1)
    const fault = faultOf(request, reply)
    if (fault === undefined) continue
    const { method, url, headers, body } = request
    const told = `${method} ${url} ${JSON.stringify(headers)} ${body?.slice(0, 500)} => ${reply.text.slice(0, 300)}`
    faults.set(`${request.route}: ${fault}`, told)
  }
  const verified = await runMeridian(['audit', 'verify', '--state', server.path('state')])
  const counts = Object.fromEntries([...statuses].sort(([a], [b]) => a - b))
  leave({
    operations: made.length / REQUESTS,
    requests: made.length,
    faults: faults.size,
    ...counts,
    audit: verified.stdout,
  })
  expect(Object.fromEntries(faults)).toEqual({})
  expect(verified).toMatchObject({ code: 0 })
  // Neither all that is asked nor hardly any of it is refused.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(made.length / 5)
  expect(made.length - (statuses.get(200) ?? 0)).toBeGreaterThan(made.length / 5)
}, 3_600_000)

interface Got {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** Whoever calls too often is told how long to wait, and does. */
async function send(request: ApiRequest, token: string): Promise<Got> {
  const { method, url, headers, body } = request
  const response = await fetch(`${server.admin}${url}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { body }),
  })
  const wait = response.headers.get('retry-after')
  if (response.status === 429 && wait !== null) {
    await pause(Number(wait) * 1000)
    return send(request, token)
  }
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
}

/** What is wrong with a reply; undefined where nothing is. */
function faultOf({ operation }: ApiRequest, { status, type, text }: Got): string | undefined {
  if (status === 500) return '500'
  const told = operation.responses[status]
  if (told === undefined) return `${status}, of which the document tells nothing`
  if (status < 400) return undefined
  if (!type.startsWith('application/problem+json')) return `${status} without a problem: ${type}`
  const problem = JSON.parse(text) as { readonly type?: string; readonly status?: number } // from the server under test
  if (problem.status !== status) return `${status} that says ${problem.status}`
  const kind = problem.type?.replace('/problems/', '')
  return told.description.includes(`(${kind}).`)
    ? undefined
    : `${status} of the kind ${kind}, of which the document tells nothing`
}

async function asItWas(token: string): Promise<void> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/yaml',
    'x-override-rules': 'thaw,two-up',
    'x-reason': 'anew',
  }
  const put = () => fetch(`${server.admin}/v1/traffic`, { method: 'PUT', headers, body: DOCUMENT })
  const reply = await put()
  if (reply.ok) return
  throw new Error(`the document could not be put back: ${await reply.text()}`)
}
