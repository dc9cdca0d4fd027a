// The judge of the comparison: rules explain what they speak of, and let no fault of ours pass.
import { expect, test } from 'vitest'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { type Case, judge } from './judge.js'
import { PEER_NAMES } from './peers.js'
import type { Question } from './questions.js'
import type { Reply } from './reply.js'
import { RULES } from './rules.js'
import { WORLDS } from './zones.js'

const world = WORLDS.find(({ name }) => name === 'many')!

const SOA = 'cname.test. 60 SOA ns.invalid. hostmaster.cname.test. 1 7200 900 1209600 60'
const A = 'c.cname.test. 300 A 192.0.2.1'
const GOOD: Reply = {
  rcode: 'NOERROR',
  aa: true,
  tc: false,
  ra: false,
  answer: ['a.cname.test. 300 CNAME b.cname.test.', 'b.cname.test. 300 CNAME c.cname.test.', A],
  authority: [],
  additional: [],
  opt: 'version 0 size 1232',
  size: 120,
}
const DENIAL: Reply = { ...GOOD, rcode: 'NXDOMAIN', answer: [], authority: [SOA] }
const REFERRAL: Reply = {
  ...GOOD,
  aa: false,
  answer: [],
  authority: ['sub.deleg.test. 300 NS ns1.sub.deleg.test.'],
  additional: ['ns1.sub.deleg.test. 300 A 192.0.2.1'],
}

const question = (name: string): Question => ({
  name: parseName(name),
  type: TYPE.A,
  way: { tcp: false, edns: { udpSize: 1232, dnssecOk: false } },
})

function unexplained(asked: Question, ours: Reply, theirs: Reply): readonly string[][] {
  const cases = PEER_NAMES.map((peer): Case => ({ world, question: asked, peer, ours, theirs }))
  return cases.map(one => [...judge(one, RULES).unexplained])
}

test.each([
  ['a.cname.test.', GOOD],
  ['nothing.cname.test.', DENIAL],
  ['x.sub.deleg.test.', REFERRAL],
])('what is equal for %s needs no rule', (name, reply) => {
  expect(judge({ world, question: question(name), peer: 'NSD', ours: reply, theirs: reply }, RULES)).toEqual({
    rules: [],
    unexplained: [],
  })
})

test.each<[what: string, name: string, ours: Reply, theirs: Reply]>([
  ['another address', 'a.cname.test.', { ...GOOD, answer: [...GOOD.answer.slice(0, 2), A.replace('.1', '.9')] }, GOOD],
  ['another TTL', 'a.cname.test.', { ...GOOD, answer: [...GOOD.answer.slice(0, 2), A.replace('300', '301')] }, GOOD],
  ['a chain that stops too early', 'a.cname.test.', { ...GOOD, answer: GOOD.answer.slice(0, 2) }, GOOD],
  ['a record twice', 'a.cname.test.', { ...GOOD, answer: [...GOOD.answer, A] }, GOOD],
  ['a record too many', 'a.cname.test.', { ...GOOD, answer: [...GOOD.answer, 'x.cname.test. 300 A 192.0.2.1'] }, GOOD],
  ['AA missing', 'a.cname.test.', { ...GOOD, aa: false }, GOOD],
  ['RA set', 'a.cname.test.', { ...GOOD, ra: true }, GOOD],
  ['TC without need', 'a.cname.test.', { ...GOOD, tc: true, answer: [] }, GOOD],
  ['OPT missing', 'a.cname.test.', { ...GOOD, opt: 'none' }, GOOD],
  ['an answer of no records', 'a.cname.test.', { ...GOOD, answer: [] }, GOOD],
  ['SERVFAIL', 'a.cname.test.', { ...GOOD, rcode: 'SERVFAIL', answer: [] }, GOOD],
  ['NXDOMAIN for a name that is there', 'a.cname.test.', DENIAL, GOOD],
  ['NODATA for NXDOMAIN', 'nothing.cname.test.', { ...DENIAL, rcode: 'NOERROR' }, DENIAL],
  ['NXDOMAIN for NODATA', 'ent.cname.test.', DENIAL, { ...DENIAL, rcode: 'NOERROR' }],
  ['no SOA', 'nothing.cname.test.', { ...DENIAL, authority: [] }, DENIAL],
  ['another SOA', 'nothing.cname.test.', { ...DENIAL, authority: [SOA.replaceAll('cname', 'mx')] }, DENIAL],
  ['glue missing and NS other', 'x.sub.deleg.test.', { ...REFERRAL, authority: [], additional: [] }, REFERRAL],
  ['AA in a referral', 'x.sub.deleg.test.', { ...REFERRAL, aa: true }, REFERRAL],
  [
    'an address that is nobody’s',
    'x.sub.deleg.test.',
    { ...REFERRAL, additional: [...REFERRAL.additional, 'ns1.sub.deleg.test. 300 A 192.0.2.99'] },
    REFERRAL,
  ],
])('%s is found, whoever it is compared with', (_, name, ours, theirs) => {
  for (const left of unexplained(question(name), ours, theirs)) expect(left).not.toEqual([])
})
