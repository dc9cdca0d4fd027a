// A stage for drills that are recorded: a server that is really asked by clients of five places, load balancers that can really
// break, and the commands as an operator types them. It needs the build.
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startDemoRegions } from '../dist/cli/demo-regions.js'
import { parsePrefix } from '../dist/dns/address.js'
import { encodeQuery } from '../dist/dns/message.js'
import { parseName } from '../dist/dns/name.js'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MAIN = join(ROOT, 'dist', 'main.js')

const REGIONS = ['us-east', 'us-west', 'eu-central', 'ap-northeast', 'ap-southeast']
const addressOf = region => `127.0.4.${REGIONS.indexOf(region) + 1}`
/** Networks in Tokyo, Berlin, Virginia, Oregon and Singapore; so many clients of each, each in a /24 of its own. */
const NETWORKS = ['133.11', '130.149', '128.143', '128.193', '137.132']
const CLIENTS = 64

/**
 * @param pace ms from one query of each place to the next; it may be changed later
 * @param edit what is different in the document of the example
 */
export async function openDrillScene({ pace, edit = text => text }) {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-drill-'))
  const ports = { balancers: await freePort(), dns: await freePort() }
  const balancers = await startDemoRegions(
    REGIONS.map(id => ({ id, address: addressOf(id) })),
    ports.balancers,
  )
  const example = await readFile(join(ROOT, 'config', 'traffic.yaml'), 'utf8')
  const document = example.replaceAll('127.0.1.', '127.0.4.').replace('port: 8080', `port: ${ports.balancers}`)
  await writeFile(join(folder, 'traffic.yaml'), edit(document))
  await writeFile(
    join(folder, 'server.yaml'),
    `traffic: traffic.yaml\nstate-directory: state\nlisten: [127.0.0.1:${ports.dns}]\nadmin: { listen: "127.0.0.1:0" }\n`,
  )
  const server = spawn(process.execPath, [MAIN, 'serve', '--settings', 'server.yaml'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const scene = {
    folder,
    pace,
    /** Where the API is. */
    admin: '',
    /** `fail` or `recover`, said to the load balancer of a region. */
    tellBalancer: (region, what) => fetch(`http://${addressOf(region)}:${ports.balancers}/${what}`, { method: 'POST' }),
    meridian: words => meridian(scene.admin, folder, words),
    async close() {
      asking = false
      await asked
      server.kill('SIGTERM')
      await new Promise(resolve => (server.exitCode === null ? server.once('close', resolve) : resolve()))
      await balancers.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  let asking = true
  let asked = Promise.resolve()
  try {
    scene.admin = await said(server, /admin API on (http:\/\/[^"]+)/)
  } catch (error) {
    await scene.close()
    throw error
  }
  asked = ask(ports.dns, scene, () => asking)
  return scene
}

/** The command as whoever follows a page types it, and what it said. */
async function meridian(admin, folder, words) {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: folder,
    env: { ...process.env, MERIDIAN_SERVER: admin, MERIDIAN_STATE_DIR: join(folder, 'state') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  await new Promise(resolve => child.once('close', resolve))
  const quoted = words.map(word => (/^[\w.:,/-]+$/.test(word) ? word : `"${word}"`))
  // As on the machine of whoever follows the page.
  return { command: ['meridian', ...quoted].join(' '), output: output.replaceAll('127.0.4.', '127.0.1.') }
}

/** Asks for the name as clients of all regions do, and reads no answer. */
async function ask(port, scene, goesOn) {
  const socket = createSocket('udp4')
  socket.on('message', () => {})
  for (let client = 0; goesOn(); client = (client + 1) % CLIENTS) {
    for (const network of NETWORKS) {
      const subnet = parsePrefix(`${network}.${client}.0/24`)
      const query = { name: parseName('api.example.com'), type: 1, edns: true, id: 1, subnet }
      socket.send(encodeQuery(query), port, '127.0.0.1')
    }
    await pause(scene.pace)
  }
  socket.close()
}

/** Resolves as soon as `look` says so. */
export async function until(what, look) {
  for (let i = 0; i < 300; i++) {
    if (await look()) return
    await pause(1000)
  }
  throw new Error(`${what}: not within five minutes`)
}

function said(server, pattern) {
  return new Promise((resolve, reject) => {
    let text = ''
    server.stdout.setEncoding('utf8').on('data', chunk => {
      text += chunk
      const match = pattern.exec(text)
      if (match !== null) resolve(match[1])
    })
    server.once('close', () => reject(new Error(`the server ended without saying ${pattern}`)))
  })
}

export function freePort() {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
