// A real node of the fleet, with links of its own to every member of etcd.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layLink } from './link.mjs'
import { end, freePort, start, until } from './process.mjs'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

/** @param more further lines of its settings */
export async function startNode(root, name, etcdPorts, database, more = '') {
  const folder = join(root, name)
  await mkdir(folder)
  const port = await freePort()
  const links = await Promise.all(etcdPorts.map(layLink))
  const endpoints = links.map(({ port }) => `"http://127.0.0.1:${port}"`).join(', ')
  const settings = join(folder, 'server.yaml')
  await writeFile(
    settings,
    `listen: [127.0.0.1:${port}]
admin: { listen: "127.0.0.1:0", changes-per-minute: 0 }
workers: 1
${database === undefined ? '' : `geo: { databases: ["${database}"] }\n`}${more}
history: { revisions: 20000 }
fleet:
  node: ${name}
  silence: 3s
  etcd: { endpoints: [${endpoints}], timeout: 4s }
`,
  )
  let child
  let admin
  const node = {
    name,
    port,
    folder,
    said: () => child.said,
    async begin() {
      child = start(process.execPath, [MAIN, 'serve', '--settings', settings])
      admin = await until(`${name} listens`, async () => {
        if (child.exitCode !== null) throw new Error(`${name} has ended: ${child.said}`)
        return /admin API on (http:[^"]+)/.exec(child.said)?.[1]
      })
    },
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
    cut() {
      for (const link of links) link.cut()
    },
    mend() {
      for (const link of links) link.mend()
    },
    /** @returns the status and the reply */
    async api(method, path, body, reason) {
      const token = (await readFile(join(folder, 'state', 'admin-token'), 'utf8')).trim()
      const response = await fetch(admin + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(reason === undefined ? {} : { 'x-reason': reason }),
          'content-type': typeof body === 'string' ? 'application/yaml' : 'application/json',
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(120_000),
      })
      return { status: response.status, body: await response.json() }
    },
    async close() {
      await end(child, 'SIGKILL')
      for (const link of links) link.close()
    },
  }
  await node.begin()
  return node
}
