// meridian demo: a real node with real geo data, and five small load balancers that a person can break.
import { copyFile, mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLog, type Log } from '../log.js'
import { readSettings, type Settings } from '../settings.js'
import { type DemoRegions, startDemoRegions } from './demo-regions.js'
import { applyEnvironment } from './environment.js'
import { type Administered, runNode, untilSignal } from './run-node.js'
import { EXIT, type Verb } from './verb.js'

const BALANCERS = [
  { id: 'us-east', address: '127.0.1.1' },
  { id: 'us-west', address: '127.0.1.2' },
  { id: 'eu-central', address: '127.0.1.3' },
  { id: 'ap-northeast', address: '127.0.1.4' },
  { id: 'ap-southeast', address: '127.0.1.5' },
]
const BALANCER_PORT = 8080

export const demo: Verb = {
  usage: 'demo',
  summary: 'a real server with five regions on this machine that you can break',
  help: `
Answers DNS on 127.0.0.1:5300 (UDP and TCP) for the example document, with real geo data, and serves the admin API on
127.0.0.1:8053. Five small load balancers, one a region, listen on 127.0.1.1 to 127.0.1.5, port 8080; their health is
really probed, and POST /fail and POST /recover break and mend them.

The example document is copied into the state directory (./state) at the first start, and edited there.
MERIDIAN_DNS_PORT, MERIDIAN_ADMIN_PORT, MERIDIAN_STATE_DIR, MERIDIAN_UDP and MERIDIAN_TOKEN change what their names say.`,
  options: {},
  async run() {
    const log = createLog('info', 'plain')
    const settings = await demoSettings()
    log.info('starting: five regions, then geo data (a few seconds)')
    const balancers = await startDemoRegions(BALANCERS, BALANCER_PORT)
    const running = await startOrClose(settings, log, balancers)
    process.stdout.write(thingsToTry(running, settings))
    await untilSignal(running, log)
    await balancers.close()
    return EXIT.done
  },
}

async function startOrClose(settings: Settings, log: Log, balancers: DemoRegions): Promise<Administered> {
  try {
    return await runNode(settings, log)
  } catch (error) {
    await balancers.close()
    throw error
  }
}

/** Works on a copy, so that the checkout stays as it is. */
async function demoSettings(): Promise<Settings> {
  const outcome = readSettings('state-directory: state\n', join(process.cwd(), 'server.yaml'))
  if ('problems' in outcome) throw new Error('the settings of the demo are not sound')
  const settings = applyEnvironment(outcome.settings)
  await mkdir(settings.stateDirectory, { recursive: true, mode: 0o700 })
  const config = fileURLToPath(new URL('../../config/', import.meta.url))
  for (const file of ['traffic.yaml', 'traffic.schema.json']) {
    const copy = join(settings.stateDirectory, file)
    const there = await stat(copy).catch(() => undefined)
    // The document may have been edited here; the schema is only ever ours.
    if (there === undefined || file !== 'traffic.yaml') await copyFile(join(config, file), copy)
  }
  return { ...settings, traffic: resolve(settings.stateDirectory, 'traffic.yaml') }
}

function thingsToTry(running: Administered, { listen, stateDirectory }: Settings): string {
  const port = listen[0]!.port // the demo's settings have one
  const dig = `dig @127.0.0.1 -p ${port} api.example.com +short +subnet=`
  const server = running.admin === 'http://127.0.0.1:8053' ? '' : ` --server ${running.admin}`
  const state = stateDirectory === resolve('state') ? '' : ` --state ${stateDirectory}`
  return `
Ready. Try, in another terminal:

  ${dig}133.11.0.0/24     # a client in Tokyo
  ${dig}130.149.7.0/24    # a client in Berlin
  ${dig}128.143.2.0/24    # a client in Virginia
  curl -X POST http://127.0.1.4:${BALANCER_PORT}/fail     # break Tokyo; within 30 s its clients move (…/recover mends it)
  npx meridian explain api.example.com --client 133.11.0.0/24${server}${state}    # why a client gets what it gets

`
}
