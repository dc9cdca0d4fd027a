// Records the story of a drill from a real run into docs/drills.md: a server that is really asked, load balancers that really
// break, and the commands as an operator types them. Run it after the build: node scripts/record-drill.mjs
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

const root = fileURLToPath(new URL('..', import.meta.url))
const page = join(root, 'docs', 'drills.md')
const [BEGIN, END] = ['<!-- recorded by scripts/record-drill.mjs -->', '<!-- end of what was recorded -->']

const REGIONS = ['us-east', 'us-west', 'eu-central', 'ap-northeast', 'ap-southeast']
const addressOf = region => `127.0.4.${REGIONS.indexOf(region) + 1}`
/** Networks in Tokyo, Berlin, Virginia, Oregon and Singapore; so many clients of each, each in a /24 of its own. */
const NETWORKS = ['133.11', '130.149', '128.143', '128.193', '137.132']
const CLIENTS = 64
/** ms from one query of each place to the next: by day, and by night. */
const [DAY, NIGHT] = [20, 100]
const QUARTERLY = 'quarterly exercise'

const folder = await mkdtemp(join(tmpdir(), 'meridian-drill-'))
const ports = { balancers: await freePort(), dns: await freePort() }
const balancers = await startDemoRegions(
  REGIONS.map(id => ({ id, address: addressOf(id) })),
  ports.balancers,
)
const example = await readFile(join(root, 'config', 'traffic.yaml'), 'utf8')
await writeFile(
  join(folder, 'traffic.yaml'),
  example
    .replaceAll('127.0.1.', '127.0.4.')
    .replace('port: 8080', `port: ${ports.balancers}`)
    .replace('description: Virginia', 'description: Virginia\n    capacity: 50'),
)
await writeFile(
  join(folder, 'server.yaml'),
  `traffic: traffic.yaml\nstate-directory: state\nlisten: [127.0.0.1:${ports.dns}]\nadmin: { listen: "127.0.0.1:0" }\n`,
)
const server = spawn(process.execPath, [join(root, 'dist', 'main.js'), 'serve', '--settings', 'server.yaml'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const story = []
let pace = DAY
let asking = true
try {
  const admin = await said(/admin API on (http:\/\/[^"]+)/)
  const asked = ask()
  await tell(admin)
  asking = false
  await asked
} finally {
  asking = false
  server.kill('SIGTERM')
  await new Promise(resolve => server.once('close', resolve))
  await balancers.close()
  await rm(folder, { recursive: true, force: true })
}
const text = await readFile(page, 'utf8')
const [before, after] = [text.slice(0, text.indexOf(BEGIN) + BEGIN.length), text.slice(text.indexOf(END))]
await writeFile(page, `${before}\n\n${story.join('\n\n')}\n\n${after}`)

async function tell(admin) {
  const run = (words, options) => meridian(admin, words, options)
  const plan = ['drill', 'plan', 'eu-central', '--reason', QUARTERLY]
  await until('the load of the day is known', async () =>
    /us-east would be asked/.test((await run([...plan, '--dry-run'])).output),
  )
  say('By day, what a drill of Frankfurt would do is asked first. Nothing is planned, and nothing moves:')
  show(await run([...plan, '--dry-run']))
  say(
    'Virginia could not carry both. A drill that is planned for now is refused when its time comes, and nothing is moved. So it gets a window, in which it waits until nothing is in its way:',
  )
  const steps = ['--steps', '25:5s,50:5s,100:90s', '--back', 'none']
  const at = () => new Date(Date.now() + 30_000).toISOString().replace(/\.\d+Z$/, 'Z')
  show(await run([...plan, '--at', at(), '--window', '2h', ...steps]))
  say('Until then no answer with Frankfurt is kept beyond the start. The TTL that a client in Berlin gets falls:')
  const ttls = []
  for (let i = 0; i < 6; i++) {
    ttls.push(await ttlFromBerlin(admin))
    await pause(5000)
  }
  block(ttls.join('\n'))
  await until(
    'it waits',
    async () =>
      /waiting/.test((await run(['drill', 'list'])).output) ||
      /waiting: /.test((await run(['drill', 'show', '1'])).output),
  )
  say('Its time has come by day, so it waits:')
  show(await run(['drill', 'show', '1']), output => output.split('\n').slice(0, 2).join('\n'))
  pace = NIGHT
  say(
    'In the evening less is asked, and it begins. While all clients of Frankfurt are elsewhere, Oregon really breaks:',
  )
  await until('all are elsewhere', async () =>
    /100 % of the clients are elsewhere/.test((await run(['drill', 'show', '1'])).output),
  )
  await fetch(`http://${addressOf('us-west')}:${ports.balancers}/fail`, { method: 'POST' })
  block(`$ curl -X POST http://127.0.1.2:8080/fail`)
  // The checks of the example take a while to see it; the drill has to be there still.
  await until('it is over', async () => /aborted|succeeded/.test((await run(['drill', 'list'])).output))
  show(await run(['drill', 'show', '1']), output => output.slice(output.indexOf('Timeline')))
  say('Frankfurt has its clients again, and nothing of the drill is left:')
  show(await run(['override', 'list']))
  show(await run(['region', 'list']))
  await fetch(`http://${addressOf('us-west')}:${ports.balancers}/recover`, { method: 'POST' })
  await until('Oregon is back', async () => !/down/.test((await run(['region', 'list'])).output))
  // What is compared with is the minute before.
  await pause(60_000)
  say('Oregon is mended. The second drill goes through its plan:')
  show(await run([...plan, ...['--steps', '25:5s,50:5s,100:15s', '--back', '50:5s']]))
  show(await run(['drill', 'start', '2', '--watch']))
  say('Its report, in Markdown; `--as html --out drill-2.html` makes a page with charts of the same:')
  show(await run(['drill', 'report', '2']))
  say('And that of the first one:')
  show(await run(['drill', 'report', '1']))
  const html = await run(['drill', 'report', '2', '--as', 'html'])
  if (process.argv[2] !== undefined) await writeFile(process.argv[2], html.output)
}

function say(sentence) {
  story.push(sentence)
}

function block(lines) {
  story.push(`\`\`\`text\n${lines}\n\`\`\``)
}

function show({ command, output }, part = text => text) {
  block(`$ ${command}\n${part(output).trimEnd()}`)
}

async function ttlFromBerlin(admin) {
  const { output } = await meridian(admin, ['explain', 'api.example.com', '--client', '130.149.7.0/24', '--json'])
  const { answer } = JSON.parse(output)
  const now = new Date().toISOString().slice(11, 19)
  return `${now}  TTL ${answer.ttl} s: ${answer.ttlReason}`
}

async function meridian(admin, words) {
  const child = spawn(process.execPath, [join(root, 'dist', 'main.js'), ...words], {
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

async function until(what, look) {
  for (let i = 0; i < 300; i++) {
    if (await look()) return
    await pause(1000)
  }
  throw new Error(`${what}: not within five minutes`)
}

/** Asks for the name as clients of all regions do, and reads no answer. */
async function ask() {
  const socket = createSocket('udp4')
  socket.on('message', () => {})
  for (let client = 0; asking; client = (client + 1) % CLIENTS) {
    for (const network of NETWORKS) {
      const subnet = parsePrefix(`${network}.${client}.0/24`)
      const query = { name: parseName('api.example.com'), type: 1, edns: true, id: 1, subnet }
      socket.send(encodeQuery(query), ports.dns, '127.0.0.1')
    }
    await pause(pace)
  }
  socket.close()
}

function said(pattern) {
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

function freePort() {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
