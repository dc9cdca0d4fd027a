// Proves that a change that was acknowledged is never lost, whenever the process dies: an editor that is killed again and again.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { openFileStore } from '../../dist/control-plane/traffic/file-store.js'
import { Revisions } from '../../dist/control-plane/traffic/revisions.js'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that a change that was acknowledged is never lost.', 'revisions.mjs', {
  kills: [500, 'times that the process that edits is killed'],
  within: [20, 'edits within which it is killed, at random'],
})

const EDITOR = fileURLToPath(new URL('revisions/editor.mjs', import.meta.url))
/** Added to the moment of an acknowledgement, ms, so that it is no special one. */
const AFTER_MS = 10
/** So many records make a document of 10 kB, which is kept by what is different in it. */
const RECORDS = 80
const ZONE = [
  'zones:\n  example.com:\n    nameservers: [ns1.example.net]\n    records:',
  ...Array.from({ length: RECORDS }, (_, i) => `      s${i}: { type: TXT, data: '"${'x'.repeat(100)}"' }`),
].join('\n')
const textOf = weight => `# Kept.\nregions:\n  eu: { addresses: [192.0.2.1], weight: ${weight} }   # beside\n${ZONE}\n`
const weightOf = text => Number(/weight: (\d+)/.exec(text)?.[1])

const folder = await mkdtemp(join(tmpdir(), 'meridian-crashes-'))
const document = join(folder, 'traffic.yaml')
const counts = {
  acknowledged: 0,
  lost: 0,
  torn: 0,
  unsaid: 0,
  unread: 0,
  misnumbered: 0,
  problems: 0,
  inFlight: 0,
  told: 0,
}
let weight = 1
await writeFile(document, textOf(0))
// One file, so that a birth takes little of the time between two deaths. What it asks for lies where its modules would look.
const editor = join(folder, 'program', 'editor.mjs')
const define = {
  'import.meta.url': JSON.stringify(new URL('../../dist/control-plane/traffic/one.js', import.meta.url)),
}
await (await rolldown({ input: EDITOR, platform: 'node', transform: { define } })).write({ file: editor })
try {
  for (let kill = 0; kill < words.kills; kill++) {
    const { last, problems } = await editUntilKilled(weight)
    counts.problems += problems
    counts.acknowledged += last - weight + 1
    await judge(last)
    weight = Math.max(last, weightOf(await readFile(document, 'utf8'))) + 1
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
conclude(
  'Crashes while the document is edited',
  {
    'times killed': words.kills,
    'edits acknowledged': counts.acknowledged,
    'edits in flight that came into force all the same': counts.inFlight,
    'journals that were torn, and mended': counts.torn,
    'texts read back from differences': counts.told,
  },
  [
    ['the document is always whole, and one that was written', counts.misnumbered === 0],
    [
      'every edit that was acknowledged is in force, or was followed by another',
      counts.lost === 0 && counts.acknowledged > 0,
    ],
    ['the newest revision is the document, with who made it', counts.unsaid === 0],
    ['every text in history can be read, and is what its author wrote', counts.unread === 0 && counts.told > 0],
    ['nothing in the journal is damaged', counts.problems === 0],
  ],
  words.json,
)

/** The last weight that was acknowledged; the one before the first where none was. */
async function editUntilKilled(first) {
  const child = spawn(process.execPath, [editor, folder, document, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  const gone = new Promise(resolve => child.once('close', resolve))
  const least = Math.floor(Math.random() * words.within)
  const reached = new Promise(resolve => {
    child.stdout.setEncoding('utf8').on('data', text => {
      said += text
      if (said.includes('ready') && said.split('done').length > least) resolve()
    })
  })
  await Promise.race([reached, gone])
  await pause(Math.random() * AFTER_MS)
  child.kill('SIGKILL')
  await gone
  const done = [...said.matchAll(/^done (\d+)$/gm)].map(([, number]) => Number(number))
  return { last: done.at(-1) ?? first - 1, problems: [...said.matchAll(/^problem .*damaged/gm)].length }
}

/** Opens what the dead process left, as the next start of a node would. */
async function judge(last) {
  const text = await readFile(document, 'utf8')
  const there = weightOf(text)
  if (text !== textOf(there)) counts.misnumbered++
  if (there < last) counts.lost++
  if (there > last) counts.inFlight++
  const revisions = await Revisions.open(folder, {
    limits: { count: 40, bytes: 1e9 },
    onProblem: sentence => {
      if (sentence.includes('damaged')) counts.problems++
      else counts.torn++
    },
  })
  const store = await openFileStore(document, { revisions, serial: () => 1 })
  store.close()
  const latest = revisions.latest()
  const numbers = revisions.list().map(({ number }) => number)
  const byEditor = there === 0 || latest?.actor === `editor-${there}`
  if (!byEditor || (await revisions.text(latest.number)) !== text) counts.unsaid++
  if (numbers.some((number, i) => i > 0 && number <= numbers[i - 1])) counts.misnumbered++
  for (const { number, actor } of revisions.list()) {
    const text = await revisions.text(number)
    const author = Number(/^editor-(\d+)$/.exec(actor)?.[1] ?? 0)
    if (text !== textOf(author)) counts.unread++
  }
  await revisions.close()
  const lines = (await readFile(join(folder, 'revisions.log'), 'utf8')).split('\n')
  counts.told += lines.filter(line => line.includes('"delta":')).length
}
