// Takes the picture of a drill that docs/drills.md shows: a server that is really asked, a real Prometheus that scrapes it each
// second, and Prometheus' own graph of it. Run it after the build, where Debian's Prometheus and Chromium are: node scripts/picture-drill.mjs
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { freePort, openDrillScene, ROOT, until } from './drill-scene.mjs'

const PICTURE = join(ROOT, 'docs', 'images', 'drill-prometheus.png')
/** Who asks goes where: answers a second, by the region that they held. */
const QUERY = 'sum by (region) (rate(meridian_region_answers_total[5s]))'
/** What is seen before and after the drill, ms: a drill is held against the minute before. */
const [BEFORE, AFTER] = [70_000, 20_000]
/** ms that a browser may take for a page, on a machine that is busy with something else. */
const PATIENCE = 120_000
const DRILL = ['--steps', '25:20s,50:20s,100:30s', '--back', '50:20s,25:20s']

const scene = await openDrillScene({ pace: 20 })
let prometheus
try {
  const port = await freePort()
  const scrape = { job_name: 'meridian', static_configs: [{ targets: [new URL(scene.admin).host] }] }
  const config = { global: { scrape_interval: '1s' }, scrape_configs: [scrape] }
  await writeFile(join(scene.folder, 'prometheus.yml'), JSON.stringify(config))
  prometheus = spawn(
    'prometheus',
    ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=127.0.0.1:${port}`],
    { cwd: scene.folder, stdio: 'ignore' },
  )
  const base = `http://127.0.0.1:${port}`
  await until('Prometheus is ready', () =>
    fetch(`${base}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  const begun = Date.now()
  await pause(BEFORE)
  // A machine that is busy with something else may be late.
  await until('it is planned', () =>
    runs(/is planned/, ['drill', 'plan', 'eu-central', '--reason', 'quarterly exercise', ...DRILL]),
  )
  if (!(await runs(/is over: succeeded/, ['drill', 'start', '1', '--watch'])))
    throw new Error('the drill did not succeed')
  await pause(AFTER)
  await photograph(base, Math.round((Date.now() - begun) / 1000))
} finally {
  prometheus?.kill('SIGTERM')
  if (prometheus !== undefined && prometheus.exitCode === null)
    await new Promise(resolve => prometheus.once('close', resolve))
  await scene.close()
}

/** Whether it said what is wanted. */
async function runs(wanted, words) {
  const { command, output } = await scene.meridian(words)
  process.stdout.write(`$ ${command}\n${output}`)
  return wanted.test(output)
}

async function photograph(base, seconds) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 880 } })
    const graph = {
      'g0.expr': QUERY,
      'g0.tab': '0',
      'g0.stacked': '1',
      'g0.range_input': `${seconds}s`,
      'g0.step_input': '1',
    }
    page.setDefaultTimeout(PATIENCE)
    await page.goto(`${base}/graph?${new URLSearchParams(graph)}`)
    // Its legend is the last that it draws.
    await page.getByText('eu-central').first().waitFor()
    await pause(2000)
    await page.screenshot({ path: PICTURE })
  } finally {
    await browser.close()
  }
}
