// Random signed documents under random health, as libunbound finds them: nothing is bogus, and whatever is in signed zones is secure. A
// validator of our own says of each reply which of the two it has to be. scripts/proofs/dnssec.mjs asks of a thousand documents.
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { endpoints } from '../../src/control-plane/health/endpoints.js'
import type { Health } from '../../src/control-plane/health/health.js'
import type { TrafficDocument } from '../../src/control-plane/traffic/document.js'
import type { Message } from '../../src/dns/message.js'
import { formatName, parseName } from '../../src/dns/name.js'
import { RCODE, TYPE, typeNumber } from '../../src/dns/numbers.js'
import { serveWorld } from '../data-plane/served-world.js'
import { askSigned, makeKeys, NOW } from '../data-plane/signed-world.js'
import { type Judgement, validate } from '../data-plane/validator.js'
import { text } from '../data-plane/zone-model.js'
import { proofForm } from '../proof-form.js'
import { World } from '../world.js'
import { anchorsOf, topsOf } from './anchors.js'
import { isBeyondUnbound, isReferral, isSecureReferral, kindsOf, linksOf, partsOf } from './kinds.js'
import { openResolver, type Resolver, type ResolverSetup, type Verdict } from './libunbound.js'
import {
  anyMoment,
  anyPlan,
  documentOf,
  KINDS,
  kindOf,
  type Moment,
  NETWORKS,
  namesOf,
  type Plan,
} from './random-document.js'

const { isLong, leave } = proofForm('MERIDIAN_DNSSEC')
const DOCUMENTS = Number(process.env['RUNS'] ?? (isLong ? 1000 : 12))
const MOMENTS = 3
const QUESTIONS = isLong ? 20 : 12

const figures = {
  documents: 0,
  questions: 0,
  secure: 0,
  insecure: 0,
  singly: 0,
  minimised: 0,
  bogus: 0,
  kinds: {} as Record<string, number>,
}
afterAll(() => leave(figures))

/** Keys take time to make, those of RSA most of all: each order of kinds has its own, for all documents that are signed so. */
const keysOfKind = KINDS.map(() => makeKeys())
afterAll(() => {
  for (const keys of keysOfKind) keys.remove()
})

const count = (kind: string): void => {
  figures.kinds[kind] = (figures.kinds[kind] ?? 0) + 1
}

const healthWithout = (document: TrafficDocument, down: readonly string[]): Health =>
  new Map(
    [...document.regions.values()].map(region => [
      region.id,
      endpoints(region).map(({ text }) => ({
        ...{ address: text, up: !down.includes(text), since: 0, changeInMs: Infinity, checks: [] },
      })),
    ]),
  )

type Parts = NonNullable<ReturnType<typeof partsOf>>

const zonesOf = ({ zones }: TrafficDocument): readonly string[] =>
  [...zones.values()].map(({ origin }) => formatName(origin))

interface Asked {
  readonly plan: Plan
  readonly world: World
  readonly resolver: Resolver
  /** Another one that knows nothing yet. */
  readonly open: () => Resolver
  readonly moment: Moment
}

const wayOf = ({ forwards, minimises }: Moment): string =>
  `${forwards ? 'forwarded' : 'iterated'}${minimises ? ', minimised' : ''}`

/** Nobody would ask here for the DS of a zone that no other leads to; a chain may lead to one, too. */
const isAskedElsewhere = ({ zones }: Plan, name: string, { answers }: Message): boolean =>
  topsOf(zones).includes(name) || answers.some(({ type }) => type === TYPE.CNAME)

/** What a validator has to make of all that an answer takes: it is as secure as the least of its parts. */
function wantedOf({ plan, world }: Asked, parts: Parts, type: number): Judgement | 'servfail' {
  const anchors = keysOfKind[plan.kind]!.anchors(world.document)
  const judgements = parts.map(({ name, reply }) => {
    if (reply.rcode === RCODE.SERVFAIL) return 'servfail'
    if (reply.rcode === RCODE.REFUSED) return 'insecure'
    const judgement = validate(reply, { name, type }, anchors, NOW)
    return isReferral(reply) ? 'insecure' : judgement
  })
  return judgements.find(judgement => judgement !== 'secure') ?? 'secure'
}

/** Some chains unbound 1.17 does not see through as a whole, those of several DNAMEs or zones: then each link has to be as it should. */
async function judgeLinks({ open }: Asked, parts: Parts, type: number): Promise<Verdict> {
  const resolver = open()
  figures.singly++
  try {
    let all: Verdict = { rcode: RCODE.NOERROR, isSecure: true, bogus: undefined }
    for (const [name, asked] of linksOf(parts, type)) {
      const { rcode, isSecure, bogus } = await resolver.ask(formatName(name), asked)
      all = { rcode, isSecure: all.isSecure && isSecure, bogus: all.bogus ?? bogus }
    }
    return all
  } finally {
    resolver.close()
  }
}

async function judge(all: Asked, name: string, type: string): Promise<void> {
  const { plan, world, resolver, moment } = all
  const asked = { name: parseName(name), type: typeNumber(type)! }
  const parts = partsOf(asked.name, asked.type, name =>
    askSigned(world, formatName(name), type, { source: moment.source }),
  )
  if (parts === undefined) return
  const replies = parts.map(({ reply }) => reply)
  const [first] = replies as [Message] // what was asked is the first
  // None of ours; or a delegation, of which a question for its DS tells: a chain that leads to one with a DS has no keys to go on with.
  if (first.rcode === RCODE.REFUSED || isReferral(first) || replies.some(isSecureReferral)) return
  if (replies.some(reply => isBeyondUnbound(reply, asked.type))) return
  if (type === 'DS' && isAskedElsewhere(plan, name, first)) return
  const where = `${type} of ${parts.map(({ name, reply }) => `${formatName(name)} (${reply.rcode})`).join(', ')}, ${wayOf(moment)}`
  const wanted = wantedOf(all, parts, asked.type)
  figures.questions++
  if (moment.minimises && !moment.forwards) figures.minimised++
  const verdict = await resolver.ask(name, asked.type)
  const isChain = replies.some(({ answers }) => answers.some(({ type }) => type === TYPE.CNAME))
  const { rcode, isSecure, bogus } =
    verdict.bogus !== undefined && isChain ? await judgeLinks(all, parts, asked.type) : verdict
  if (bogus !== undefined) figures.bogus++
  expect(bogus, where).toBeUndefined()
  if (wanted === 'servfail') return
  expect(isSecure ? 'secure' : 'insecure', `${where}: ${rcode}`).toBe(wanted)
  figures[wanted]++
  if (wanted === 'secure') for (const kind of new Set(replies.flatMap(kindsOf))) count(kind)
}

async function judgeAll(plan: Plan, moments: readonly Moment[]): Promise<void> {
  const document = documentOf(plan)
  const keys = keysOfKind[plan.kind]!
  const world = await World.of(document, NETWORKS, new Map(), keys.signing)
  const served = await serveWorld(world)
  figures.documents++
  for (const { origin, denial } of plan.zones) {
    if (denial === undefined) continue
    const { algorithm, split } = kindOf(text(origin), plan.kind)
    for (const kind of [denial, algorithm, split ? 'two keys' : 'one key']) count(`zones: ${kind}`)
  }
  try {
    for (const moment of moments) {
      world.publisher.setHealth(healthWithout(document, moment.down))
      const { source, forwards, minimises } = moment
      const anchors = anchorsOf(document, keys.store)
      const setup = { port: served.port, source, anchors, now: NOW, forwards, minimises, zones: zonesOf(document) }
      const open = (): Resolver => openResolver(setup)
      const resolver = open()
      try {
        const names = namesOf(plan)
        for (const [asked, type] of moment.questions) {
          const name = typeof asked === 'number' ? names[asked % names.length] : asked
          if (name !== undefined) await judge({ plan, world, resolver, open, moment }, name, type)
        }
      } finally {
        resolver.close()
      }
    }
  } finally {
    served.close()
  }
}

test(
  'whatever is signed, whatever is up, and whoever asks for whatever: nothing is bogus',
  async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, fc.array(anyMoment(QUESTIONS), { minLength: MOMENTS, maxLength: MOMENTS }), judgeAll),
      // Every run of the tests asks the same.
      { numRuns: DOCUMENTS, ...(DOCUMENTS > 12 ? { endOnFailure: true } : { seed: 11 }) },
    )
  },
  isLong ? 7_200_000 : 300_000,
)

test('a validator whose clock is beyond the signatures, or that trusts another key, finds all of it bogus', async () => {
  const plan: Plan = {
    ...{ kind: 0, targets: ['www.outside.', 'www.outside.'] },
    zones: [
      {
        ...{ origin: ['example'], denial: 'nsec' },
        steered: { 's.example.': { steer: 'nearest', regions: ['a'] } },
        records: [{ owner: ['a', 'example'], type: 'A', data: '192.0.2.1' }],
      },
    ],
  }
  const document = documentOf(plan)
  const { store, signing } = keysOfKind[0]!
  const world = await World.of(document, NETWORKS, new Map(), signing)
  const served = await serveWorld(world)
  const anchors = anchorsOf(document, store)
  const setup = { port: served.port, source: '127.0.0.1', anchors, now: NOW, forwards: true, zones: ['example.'] }
  const others = anchors.map(anchor => anchor.replace(/[0-9A-F]{4}$/i, '0000'))
  const saidBy = async (setup: ResolverSetup): Promise<readonly string[]> => {
    const resolver = openResolver(setup)
    const verdicts = await Promise.all(
      ['a.example.', 's.example.', 'b.example.'].map(name => resolver.ask(name, TYPE.A)),
    )
    resolver.close()
    return verdicts.map(({ isSecure, bogus }) => (bogus === undefined ? `secure: ${isSecure}` : 'bogus'))
  }
  try {
    expect(await saidBy(setup)).toEqual(['secure: true', 'secure: true', 'secure: true'])
    expect(await saidBy({ ...setup, now: NOW + 16 * 86_400 })).toEqual(['bogus', 'bogus', 'bogus'])
    expect(await saidBy({ ...setup, now: NOW - 2 * 86_400 })).toEqual(['bogus', 'bogus', 'bogus'])
    expect(await saidBy({ ...setup, anchors: others })).toEqual(['bogus', 'bogus', 'bogus'])
  } finally {
    served.close()
  }
})
