// A zone that leaves DNSSEC and comes back, as validators find it: secure, insecure when its parent has no DS any more, secure again, and
// at no time bogus; neither to those who ask for the first time, nor to those who remember the time before.
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../end-to-end/program.js'
import { type ValidatingUnbound, validatingUnbound } from '../end-to-end/unbound.js'
import { bindFor, knotResolverFor } from '../end-to-end/validating-resolvers.js'
import { proofForm } from '../proof-form.js'
import { DS_TTL, type Left, serveLeft } from './left-zone.js'

const QUESTIONS = ['www.example.com A', 'www.example.com AAAA', 'x.wild.example.com TXT', 'nowhere.example.com A']
const DAY = 86_400

type Found = 'secure' | 'insecure' | 'bogus'

const { isLong, leave } = proofForm('MERIDIAN_ROLLOVERS')
/** How often each of them was asked while the zone left and came back. */
const asked = { 'unbound, leaving': 0, 'delv, leaving': 0, 'BIND, leaving': 0, 'Knot Resolver, leaving': 0 }
afterAll(() => leave(asked))

let folder: string
let closing: (() => unknown)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-left-'))
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
  closing = []
  rmSync(folder, { recursive: true, force: true })
})

/** By what dig prints of a resolver's answer. */
function foundOf(printed: string): Found {
  if (printed.includes('status: SERVFAIL')) return 'bogus'
  expect(printed).toMatch(/status: (NOERROR|NXDOMAIN)/)
  return /flags:[^;]* ad[ ;]/.test(printed) ? 'secure' : 'insecure'
}

/** A resolver that trusts the key of the parent, and knows nothing else yet. */
async function freshUnbound({ served, anchors }: Left): Promise<ValidatingUnbound> {
  const trusted = anchors().map(data => `com. DS ${data}`)
  const unbound = await validatingUnbound(await mkdtemp(join(folder, 'unbound-')), served.port, trusted, [], 'com')
  closing.push(() => unbound.stop())
  return unbound
}

const DELV: Readonly<Record<Found, RegExp>> = {
  secure: /fully validated/,
  insecure: /unsigned answer|negative response, unsigned/,
  bogus: /resolution failed|broken trust chain|no valid (RRSIG|DS)/,
}

/** delv validates by itself what the resolver fetches for it. */
async function judgeByDelv({ anchors }: Left, { port }: ValidatingUnbound, found: Found, when: string): Promise<void> {
  const file = join(folder, 'anchors')
  const statics = anchors().map(data => data.replace(/^(\d+ \d+ \d+) (.*)$/, 'com. static-ds $1 "$2";'))
  await writeFile(file, `trust-anchors { ${statics.join(' ')} };\n`)
  for (const question of isLong ? QUESTIONS : QUESTIONS.slice(0, 1)) {
    const words = ['@127.0.0.1', '-p', `${port}`, '-a', file, '+root=com', ...question.split(' ')]
    const { stdout, stderr } = await run('delv', words)
    expect(`${stdout}${stderr}`, `${when}, ${question}, delv`).toMatch(DELV[found])
    asked['delv, leaving']++
  }
}

async function judgeByOthers({ served, anchors }: Left, found: Found, when: string): Promise<void> {
  const trusted = { zone: 'com.', ds: anchors(), port: served.port }
  const place = await mkdtemp(join(folder, 'others-'))
  for (const [name, start] of [
    ['BIND, leaving', bindFor],
    ['Knot Resolver, leaving', knotResolverFor],
  ] as const) {
    const resolver = await start(trusted, place)
    try {
      for (const question of QUESTIONS) {
        expect(foundOf(await resolver.ask(question)), `${when}, ${question}, ${name}: ${resolver.log()}`).toBe(found)
        asked[name]++
      }
    } finally {
      await resolver.stop()
    }
  }
}

async function judgeBy(unbound: ValidatingUnbound, found: readonly Found[], when: string): Promise<void> {
  for (const question of QUESTIONS) {
    expect(found, `${when}, ${question}: ${unbound.log()}`).toContain(foundOf(await unbound.ask(question)))
    asked['unbound, leaving']++
  }
}

/** @returns a resolver that remembers what it was told now */
async function judge(left: Left, found: Found, when: string): Promise<ValidatingUnbound> {
  const unbound = await freshUnbound(left)
  await judgeBy(unbound, [found], when)
  await judgeByDelv(left, unbound, found, when)
  if (isLong) await judgeByOthers(left, found, when)
  return unbound
}

test('a zone that leaves DNSSEC and comes back is secure, insecure and secure again, and never bogus', async () => {
  const left = await serveLeft(folder)
  closing.push(() => left.served.close())
  const { desk, world, serve, pass } = left
  const stage = (): number | undefined => desk.keys.rolloverOf(left.zone().origin)?.stage
  await pass(2 * DAY)
  const ds = left.ds()
  await serve(true, ds)
  await judge(left, 'secure', 'before')

  const wish = { kind: 'unsign', emergency: false, actor: 'test', reason: 'moving' } as const
  await desk.rollovers.begin(left.zone(), wish, world.document)
  const remembers = await judge(left, 'secure', 'the parent is asked to have no DS')
  await pass(2 * DAY)
  expect(stage(), 'the parent has the DS: nothing goes on').toBe(0)

  await serve(true, [])
  await judge(left, 'insecure', 'the parent has no DS')
  await judgeBy(remembers, ['secure'], 'the parent has no DS, and who asks remembers one')
  const since = left.clock.wall
  while (stage() === 0) await pass(1)
  expect(left.clock.wall - since).toBeGreaterThanOrEqual(DS_TTL + left.zone().dnssec!.propagation)
  await pass(DAY)
  expect(stage(), 'it rests').toBe(1)
  await judge(left, 'insecure', 'it may be taken out of signing')

  await serve(false, [])
  const unsigned = await judge(left, 'insecure', 'it is not signed')
  // What all of this is for: the same validators find it bogus where a DS is there too early.
  await serve(false, ds)
  await judge(left, 'bogus', 'a DS is there, and the zone is not signed')

  await serve(true, [])
  expect(left.ds(), 'the parent is not asked for a DS').toEqual([])
  await judge(left, 'insecure', 'it is signed again, and the parent has no DS')
  await pass(2 * DAY)
  expect(left.ds(), 'by the key of before').toEqual(ds)
  await judge(left, 'secure', 'the parent has a DS again')
  await judgeBy(unsigned, ['secure', 'insecure'], 'who asks remembers the zone without signatures')
}, 300_000)
