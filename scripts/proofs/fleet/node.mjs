// A real node of the fleet: on loopback, with links of its own to every member of etcd, or on a machine of the proof.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layLink } from './link.mjs'
import { end, freePort, start, until } from './process.mjs'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

/**
 * On loopback; `cut` and `mend` are for its links to etcd.
 * @param more further lines of its settings
 * @param main its program, where that is another than the one of this checkout
 */
export async function startNode(root, name, etcdUrls, more = '', main = MAIN) {
  const links = await Promise.all(etcdUrls.map(url => layLink(Number(new URL(url).port))))
  const state = join(root, name, 'state')
  const node = await openNode(root, name, {
    address: '127.0.0.1',
    port: await freePort(),
    admin: '127.0.0.1:0',
    state,
    endpoints: links.map(({ port }) => `http://127.0.0.1:${port}`),
    ...{ more, main },
    start: (...words) => start(words[0], words.slice(1)),
    read: path => readFile(path, 'utf8'),
  })
  return {
    ...node,
    cut() {
      for (const link of links) link.cut()
    },
    mend() {
      for (const link of links) link.mend()
    },
    async close() {
      await node.close()
      for (const link of links) link.close()
    },
  }
}

/** On a machine, whose disk for it holds `MB` and no more. */
export async function placeNode(root, name, machine, etcdUrls, MB) {
  const state = join(root, `state-${name}`)
  await mkdir(state)
  machine.run('mount', '-t', 'tmpfs', '-o', `size=${MB}m`, 'none', state)
  const node = await openNode(root, name, {
    address: machine.address,
    port: 53,
    admin: `${machine.address}:8053`,
    state,
    endpoints: etcdUrls,
    start: machine.start,
    read: async path => machine.run('cat', path),
  })
  return { ...node, machine, state }
}

/** @param where it runs: its addresses, its folder for state, and how a program is started and a file is read there */
async function openNode(root, name, { address, port, admin, state, endpoints, more = '', main = MAIN, start, read }) {
  const folder = join(root, name)
  await mkdir(folder)
  const settings = join(folder, 'server.yaml')
  await writeFile(
    settings,
    `listen: ["${address}:${port}"]
admin: { listen: "${admin}", allow-insecure: true, changes-per-minute: 0 }
workers: 1
geo: { databases: [] }
state-directory: ${state}
${more}
history: { revisions: 20000 }
fleet:
  node: ${name}
  silence: 3s
  etcd: { endpoints: [${endpoints.map(url => `"${url}"`).join(', ')}], timeout: 4s }
`,
  )
  let child
  let base
  let token
  const node = {
    name,
    address,
    port,
    folder,
    said: () => child.said,
    /** The process, as the proof numbers it. */
    program: () => child.program?.() ?? child.pid,
    /** @param before words in front of the program, such as `faketime` and a time */
    async begin(...before) {
      child = start(...before, process.execPath, main, 'serve', '--settings', settings)
      base = await until(`${name} listens`, async () => {
        if (child.exitCode !== null) throw new Error(`${name} has ended: ${child.said}`)
        return /admin API on (http:[^"]+)/.exec(child.said)?.[1]
      })
    },
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
    /** @param bearer a token other than the node's own @returns the status and the reply */
    async api(method, path, body, reason, bearer) {
      token ??= (await read(join(state, 'admin-token'))).trim()
      const response = await fetch(base + path, {
        method,
        headers: {
          authorization: `Bearer ${bearer ?? token}`,
          ...(reason === undefined ? {} : { 'x-reason': reason }),
          'content-type': typeof body === 'string' ? 'application/yaml' : 'application/json',
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(120_000),
      })
      return { status: response.status, body: await response.json() }
    },
    close: () => end(child, 'SIGKILL'),
  }
  await node.begin()
  return node
}
