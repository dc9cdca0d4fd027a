// Each stage of each kind of rollover as validators see it: the DS that the parent has leads delv and unbound to everything that the
// zone answers, unbound by each algorithm that the DS set names. BIND and Knot Resolver say the same of the first kind, or of all.
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { run } from '../end-to-end/program.js'
import { validatingUnbound } from '../end-to-end/unbound.js'
import { bindFor, knotResolverFor, type Trusted } from '../end-to-end/validating-resolvers.js'
import { proofForm } from '../proof-form.js'
import { gatherZone } from './gather-zone.js'
import { goOn, ROLLOVERS, type Rolled, serveRolled } from './rolled-zone.js'

const QUESTIONS = [
  'www.example.com A',
  'www.example.com AAAA',
  'x.wild.example.com TXT',
  'nowhere.example.com A',
  'example.com DNSKEY',
  'example.com SOA',
  'example.com CDS',
]

/** How often each of them was asked. */
const asked = { unbound: 0, delv: 0, BIND: 0, 'Knot Resolver': 0, 'ldns-verify-zone': 0, dnsviz: 0 }

let folder: string
let closing: (() => unknown)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-rollover-'))
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
  closing = []
  rmSync(folder, { recursive: true, force: true })
})
afterAll(() => expect(closing).toEqual([]))

/** With the DS set that the parent has now. */
async function judge({ desk, served: { port } }: Rolled, when: string, byAll: boolean): Promise<void> {
  const anchors = (desk.parent?.everywhere ?? []).map(rdata => formatRdata(TYPE.DS, rdata))
  expect(anchors.length, when).toBeGreaterThan(0)
  const statics = anchors.map(text => text.replace(/^(\d+ \d+ \d+) (.*)$/, 'example.com. static-ds $1 "$2";'))
  await writeFile(join(folder, 'anchors'), `trust-anchors { ${statics.join(' ')} };\n`)
  const trusted = anchors.map(text => `example.com. DS ${text}`)
  const unbound = await validatingUnbound(folder, port, trusted, ['harden-algo-downgrade: yes'])
  try {
    for (const question of QUESTIONS) {
      expect(await unbound.ask(question), `${when}, ${question}: ${unbound.log()}`).toMatch(/flags:[^;]* ad[ ;]/)
      asked.unbound++
      asked.delv++
      const { stdout, stderr } = await run('delv', [
        '@127.0.0.1',
        '-p',
        `${port}`,
        '-a',
        join(folder, 'anchors'),
        '+root=example.com',
        ...question.split(' '),
      ])
      expect(`${stdout}${stderr}`, `${when}, ${question}`).toContain('fully validated')
    }
  } finally {
    await unbound.stop()
  }
  if (byAll) await judgeByOthers({ zone: 'example.com.', ds: anchors, port }, when)
  if (isLong) {
    await judgeByTools(port, when)
    await judgeByDnsviz(port, when)
  }
}

/** By BIND and Knot Resolver, each of which starts anew, so that nothing is left of the stage before. */
async function judgeByOthers(trusted: Trusted, when: string): Promise<void> {
  const place = mkdtempSync(join(folder, 'others-'))
  for (const [name, start] of [
    ['BIND', bindFor],
    ['Knot Resolver', knotResolverFor],
  ] as const) {
    const resolver = await start(trusted, place)
    try {
      for (const question of QUESTIONS) {
        expect(await resolver.ask(question), `${when}, ${question}: ${resolver.log()}`).toMatch(/flags:[^;]* ad[ ;]/)
        asked[name]++
      }
    } finally {
      await resolver.stop()
    }
  }
}

/** The whole zone, as it is gathered from answers. */
async function judgeByTools(port: number, when: string): Promise<void> {
  const file = join(folder, 'gathered.zone')
  await writeFile(file, `${(await gatherZone(port, 'example.com.')).join('\n')}\n`)
  const { stdout, stderr } = await run('ldns-verify-zone', [file])
  expect(`${stdout}${stderr}`, when).toContain('Zone is verified and complete')
  asked['ldns-verify-zone']++
}

/** What dnsviz finds about names of each kind, when it trusts the keys that the zone has. */
async function judgeByDnsviz(port: number, when: string): Promise<void> {
  const [probed, keys] = [join(folder, 'probe.json'), join(folder, 'dnskeys')]
  const { stdout: dnskeys } = await run('dig', [
    '@127.0.0.1',
    '-p',
    `${port}`,
    '+noall',
    '+answer',
    'example.com',
    'DNSKEY',
  ])
  await writeFile(keys, dnskeys)
  const server = ['-x', `example.com+:ns1.example.com=127.0.0.1:${port}`]
  const names = ['example.com', 'www.example.com', 'x.wild.example.com', 'nowhere.example.com']
  const words = ['-4', '-A', '-a', 'example.com', ...server, '-R', 'A,TXT,SOA,DNSKEY', '-o', probed, ...names]
  const probe = await run('dnsviz', ['probe', ...words])
  expect(probe.code, `${when}: ${probe.stderr}`).toBe(0)
  const { stdout } = await run('dnsviz', ['print', '-t', keys, '-r', probed])
  expect(stdout, when).toContain('DNSKEY: ')
  // A dot in brackets is what is good; a dash, at a signature, that its key is yet to come, or gone: algorithms come before their keys.
  const lines = stdout.match(/\[[^.\]]\].*/g) ?? []
  expect(
    lines.filter(line => !/^\[-\] +RRSIG/.test(line)),
    when,
  ).toEqual([])
  asked.dnsviz++
}

/** scripts/proofs/rollovers.mjs has each kind of rollover judged by all of them, which takes minutes; else it is the first of them. */
const { isLong, leave } = proofForm('MERIDIAN_ROLLOVERS')
afterAll(() => leave(asked))

test.each(ROLLOVERS)(
  'unbound and delv find all secure before, in each stage of, and after a rollover: %s',
  async (name, split, wish, stages) => {
    // Validators go by the clock of this machine: it stands still, and rollovers have their own.
    const real = { wall: Date.now() / 1000, steady: Date.now() / 1000 }
    const rolled = await serveRolled(folder, split, 'nsec', real)
    closing.push(() => rolled.served.close())
    const { desk, zone, world } = rolled
    const byAll = isLong || name === 'csk'
    await judge(rolled, 'before', byAll)
    const before = desk.keys.storedOf(zone.origin).map(({ file }) => file)
    await desk.rollovers.begin(zone, wish, world.document)
    let stage = 0
    do await judge(rolled, `stage ${++stage}`, byAll)
    while (await goOn(rolled))
    await judge(rolled, 'after', byAll)
    expect(stage).toBe(stages)
    const after = desk.keys.storedOf(zone.origin).map(({ file }) => file)
    expect(after.filter(file => before.includes(file))).toHaveLength(/^[kz]sk/.test(name) ? 1 : 0)
    expect(world.totals().scalars['faults']).toBe(0)
  },
  300_000,
)
