// Records the story of a drill from a real run into docs/drills.md. Run it after the build: node scripts/record-drill.mjs
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openDrillScene, ROOT, until } from './drill-scene.mjs'

const page = join(ROOT, 'docs', 'drills.md')
const [BEGIN, END] = ['<!-- recorded by scripts/record-drill.mjs -->', '<!-- end of what was recorded -->']

/** ms from one query of each place to the next: by day, and by night. */
const [DAY, NIGHT] = [20, 100]
const QUARTERLY = 'quarterly exercise'

const scene = await openDrillScene({
  pace: DAY,
  edit: text => text.replace('description: Virginia', 'description: Virginia\n    capacity: 50'),
})
const story = []
try {
  await tell()
} finally {
  await scene.close()
}
const text = await readFile(page, 'utf8')
const [before, after] = [text.slice(0, text.indexOf(BEGIN) + BEGIN.length), text.slice(text.indexOf(END))]
await writeFile(page, `${before}\n\n${story.join('\n\n')}\n\n${after}`)

async function tell() {
  const run = words => scene.meridian(words)
  const plan = ['drill', 'plan', 'eu-central', '--reason', QUARTERLY]
  await until('the load of the day is known', async () =>
    /us-east would be asked/.test((await run([...plan, '--dry-run'])).output),
  )
  say('By day, what a drill of Frankfurt would do is asked first. Nothing is planned, and nothing moves:')
  show(await run([...plan, '--dry-run']))
  const steps = ['--steps', '25:5s,50:5s,100:90s', '--back', 'none']
  const inSeconds = seconds => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
  say('Virginia could not carry both. Planned all the same, it is refused when its time comes, and nothing is moved:')
  show(await run([...plan, '--at', inSeconds(10), ...steps]), firstLine)
  await until('it is refused', async () => /refused/.test((await run(['drill', 'list'])).output))
  show(await run(['drill', 'show', '1']), output => output.slice(output.indexOf('Timeline')))
  show(await run(['override', 'list']))
  say('So it gets a window, in which it waits until nothing is in its way:')
  show(await run([...plan, '--at', inSeconds(30), '--window', '2h', ...steps]), firstLine)
  say('Until then no answer with Frankfurt is kept beyond the start. The TTL that a client in Berlin gets falls:')
  const ttls = []
  for (let i = 0; i < 6; i++) {
    ttls.push(await ttlFromBerlin())
    await pause(5000)
  }
  block(ttls.join('\n'))
  await until(
    'it waits',
    async () =>
      /waiting/.test((await run(['drill', 'list'])).output) ||
      /waiting: /.test((await run(['drill', 'show', '2'])).output),
  )
  say('Its time has come by day, so it waits:')
  show(await run(['drill', 'show', '2']), output => output.split('\n').slice(0, 2).join('\n'))
  scene.pace = NIGHT
  say(
    'In the evening less is asked, and it begins. While all clients of Frankfurt are elsewhere, Oregon really breaks:',
  )
  await until('all are elsewhere', async () =>
    /100 % of the clients are elsewhere/.test((await run(['drill', 'show', '2'])).output),
  )
  await scene.tellBalancer('us-west', 'fail')
  block(`$ curl -X POST http://127.0.1.2:8080/fail`)
  // The checks of the example take a while to see it; the drill has to be there still.
  await until('it is over', async () => /aborted|succeeded/.test((await run(['drill', 'list'])).output))
  show(await run(['drill', 'show', '2']), output => output.slice(output.indexOf('Timeline')))
  say('Frankfurt has its clients again, and nothing of the drill is left:')
  show(await run(['override', 'list']))
  show(await run(['region', 'list']))
  await scene.tellBalancer('us-west', 'recover')
  await until('Oregon is back', async () => !/down/.test((await run(['region', 'list'])).output))
  // What is compared with is the minute before.
  await pause(60_000)
  say('Oregon is mended. The next drill goes through its plan:')
  show(await run([...plan, ...['--steps', '25:5s,50:5s,100:15s', '--back', '50:5s']]))
  show(await run(['drill', 'start', '3', '--watch']))
  say('Its report, in Markdown; `--as html --out drill-3.html` makes a page with charts of the same:')
  show(await run(['drill', 'report', '3']))
  say('And that of the one that was aborted:')
  show(await run(['drill', 'report', '2']))
  const html = await run(['drill', 'report', '3', '--as', 'html'])
  if (process.argv[2] !== undefined) await writeFile(process.argv[2], html.output)
}

function firstLine(output) {
  return output.split('\n', 1)[0]
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

async function ttlFromBerlin() {
  const { output } = await scene.meridian(['explain', 'api.example.com', '--client', '130.149.7.0/24', '--json'])
  const { answer } = JSON.parse(output)
  const now = new Date().toISOString().slice(11, 19)
  return `${now}  TTL ${answer.ttl} s: ${answer.ttlReason}`
}
