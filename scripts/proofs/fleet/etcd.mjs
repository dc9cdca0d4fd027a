// Real members of etcd on loopback; three unless told.
import { join } from 'node:path'
import { end, freePort, start, until } from './process.mjs'

export async function startEtcd(folder, names = ['m0', 'm1', 'm2']) {
  const members = []
  for (const name of names)
    members.push({ name, client: await freePort(), peer: `http://127.0.0.1:${await freePort()}` })
  const cluster = members.map(({ name, peer }) => `${name}=${peer}`).join(',')
  const begin = i => {
    const { name, client, peer } = members[i]
    const words = {
      name,
      'data-dir': join(folder, name),
      'listen-client-urls': `http://127.0.0.1:${client}`,
      'advertise-client-urls': `http://127.0.0.1:${client}`,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': cluster,
      'initial-cluster-token': folder,
      'log-level': 'error',
    }
    members[i].child = start(
      'etcd',
      Object.entries(words).map(([key, value]) => `--${key}=${value}`),
    )
  }
  const call = async (i, path, body = {}) => {
    const url = `http://127.0.0.1:${members[i].client}/v3/${path}`
    const options = { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(2000) }
    return (await fetch(url, options)).json()
  }
  const healthy = i =>
    until(`member ${i}`, async () => {
      const reply = await call(i, 'kv/range', { key: 'bm9uZQ==' }).catch(() => ({}))
      return reply.header !== undefined
    })
  for (const i of members.keys()) begin(i)
  for (const i of members.keys()) await healthy(i)
  return {
    ports: members.map(({ client }) => client),
    kill: i => end(members[i].child, 'SIGKILL'),
    hold: (i, held) => members[i].child.kill(held ? 'SIGSTOP' : 'SIGCONT'),
    async restart(...which) {
      for (const i of which) begin(i)
      for (const i of which) await healthy(i)
    },
    async leader() {
      const { leader } = await call(0, 'maintenance/status')
      for (const i of members.keys()) if ((await call(i, 'maintenance/status')).header.member_id === leader) return i
      throw new Error('nobody leads')
    },
    async stop() {
      for (const { child } of members) await end(child, 'SIGKILL')
    },
  }
}
