// Real members of etcd, on loopback or on machines of the proof; three unless told.
import { join } from 'node:path'
import { end, freePort, start, until } from './process.mjs'

const LOOPBACK = { address: '127.0.0.1', start: (program, ...args) => start(program, args) }

/** @param places by member, where it runs */
export async function startEtcd(folder, names = ['m0', 'm1', 'm2'], places = []) {
  const members = []
  for (const [i, name] of names.entries()) {
    const place = places[i] ?? LOOPBACK
    const [client, peer] = [await freePort(), await freePort()].map(port => `http://${place.address}:${port}`)
    members.push({ name, place, client, peer })
  }
  const cluster = members.map(({ name, peer }) => `${name}=${peer}`).join(',')
  const begin = i => {
    const { name, place, client, peer } = members[i]
    const words = {
      name,
      'data-dir': join(folder, name),
      'listen-client-urls': client,
      'advertise-client-urls': client,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': cluster,
      'initial-cluster-token': folder,
      'log-level': 'error',
      // So often that a disk that is full is noticed.
      ...(place === LOOPBACK ? {} : { 'snapshot-count': 25 }),
    }
    members[i].child = place.start('etcd', ...Object.entries(words).map(([key, value]) => `--${key}=${value}`))
  }
  const call = async (i, path, body = {}) => {
    const url = `${members[i].client}/v3/${path}`
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
    urls: members.map(({ client }) => client),
    hasEnded: i => members[i].child.exitCode !== null,
    /** The process of a member, as the proof numbers it. */
    program: i => members[i].child.program?.() ?? members[i].child.pid,
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
