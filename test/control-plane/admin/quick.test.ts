import { test } from 'vitest'
import { pino } from 'pino'
import { createAdminServer } from '../../../src/control-plane/admin/server.js'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs'
test('x', async () => {
  const d = mkdtempSync('/tmp/adm-'); copyFileSync('config/traffic.yaml', d + '/traffic.yaml')
  const store = await openFileStore(d + '/traffic.yaml')
  const app = await createAdminServer({ release: '0.1.0', startedAt: Date.now(), store, published: () => undefined, health: () => new Map(), listeners: () => [], databases: () => [], counts: () => ({ queries: [], responses: [], regions: [], rungs: [], scalars: {} }), eventLoopLag: () => ({ meanMs: 1, p99Ms: 2, maxMs: 3 }), explain: () => { throw new Error('x') } } as never, { token: 'secret', logger: pino({level:'info'}) })
  const h = { authorization: 'Bearer secret' }
  for (const [m, u, p] of [['GET', '/v1/regions'], ['GET', '/v1/regions', 0], ['GET', '/%76%31/regions', 0], ['GET', '/v1/nope', 0], ['GET','/v1/nope'],['GET','/nope'],['PUT','/v1/regions'],['POST','/livez'],['GET','/v1/status'],['GET','/metrics'],['POST','/v1/regions/us-east/disable'],['PATCH','/v1/regions/us-east',{weight:null,enabeld:1}],['PATCH','/v1/zones/example.com/records/api',{ttl:{max:'30s'}}],['GET','/v1/zones/example.com/records'],['GET','/v1/zones'],['GET','/v1/traffic'],['GET','/v1/health'],['GET','/v1/explain?name=x'],['GET','/v1/%zz'],['GET','/readyz'],['GET','/openapi.json'],['GET','/docs']] as const) {
    const r = await app.inject({ method: m as 'GET', url: u, headers: p === 0 ? {} : h, ...(typeof p === 'object' ? { payload: p } : {}) })
    console.log(m, u, r.statusCode, JSON.stringify(r.headers), r.body.slice(0, u === '/openapi.json' || u === '/docs' ? 9000 : 700))
  }
  console.log(readFileSync(d + '/traffic.yaml', 'utf8').slice(900, 1900))
  store.close(); await app.close()
})
