// The simulated store: three members that agree as long as most of them reach each other, with etcd's calls as its JSON gateway gives them.
// Who has no leader answers late or not at all, and what was asked of it may come about all the same.

import { StoreState } from './store-state.mjs'
import { after, OUTSIDE, on } from './time.mjs'

/** A member that cannot ask the others says so after this, ms. */
const GIVE_UP_MS = 7000
/** Streams of a member without a leader end after this, ms. */
const STREAMS_END_MS = 4000
const PROGRESS_MS = 600_000

const texts = new Map()
/** Keys come again and again. */
function decode(base64) {
  let text = texts.get(base64)
  if (text === undefined) {
    text = Buffer.from(base64, 'base64').toString()
    if (texts.size > 20_000) texts.clear()
    texts.set(base64, text)
  }
  return text
}
const encode = text => Buffer.from(text).toString('base64')
const unavailable = message => JSON.stringify({ error: message, code: 14, message })
const isWithin = (key, { from, end }) => (end === undefined ? key === from : key >= from && key < end)

/** Streams are mostly told the same. */
let lastLine = { revision: 0, told: [], line: '' }
function lineOf(revision, told) {
  const isLast = lastLine.told.length === told.length && told.every((event, i) => event === lastLine.told[i])
  if (isLast && lastLine.revision === revision) return lastLine.line
  const events = told.map(({ key, value, revision }) => {
    const kv = { key: encode(key), mod_revision: String(revision), ...(value === undefined ? {} : { value }) }
    return value === undefined ? { type: 'DELETE', kv } : { kv }
  })
  lastLine = { revision, told, line: JSON.stringify({ result: { header: { revision: String(revision) }, events } }) }
  return lastLine.line
}

export class Store {
  state = new StoreState()
  members
  leader
  /** What a commit takes, ms. */
  commitMs = 2
  streams = new Set()
  /** By member, whether it serves: until members or links between them are others. */
  serving = new Map()
  parked = new Set()

  constructor(network, chance) {
    this.network = network
    this.chance = chance
    this.members = ['m0', 'm1', 'm2'].map(name => ({ name, up: true }))
    this.leader = this.members[0]
    this.state.onCommit = commit => this.committed(commit)
    after(PROGRESS_MS, () => this.progress(), PROGRESS_MS)
  }

  /** Told of each commit, before anybody else. */
  onCommit = () => {}

  member(name) {
    return this.members.find(member => member.name === name)
  }

  /** Whether a member can have something agreed upon. */
  serves(member) {
    const known = this.serving.get(member)
    if (known !== undefined) return known
    const serves = this.leader !== undefined && this.reaches(member, this.leader) && this.hasMost(this.leader)
    this.serving.set(member, serves)
    return serves
  }

  reaches(one, other) {
    if (!one.up || !other.up) return false
    if (one === other) return true
    return !this.network.link(one.name, other.name).cut && !this.network.link(other.name, one.name).cut
  }

  hasMost(member) {
    return this.members.filter(other => this.reaches(member, other)).length * 2 > this.members.length
  }

  setUp(name, up) {
    const member = this.member(name)
    member.up = up
    this.serving.clear()
    if (!up) for (const stream of [...this.streams]) if (stream.member === member) this.endStream(stream, 'reset')
    this.changed()
  }

  /** All of the data are gone; the members come back empty. */
  wipe() {
    this.state.wipe()
    for (const stream of [...this.streams]) this.endStream(stream, 'reset')
  }

  /** Links or members are others: who leads now, and who can go on? */
  changed() {
    this.serving.clear()
    if (this.leader !== undefined && !(this.leader.up && this.hasMost(this.leader))) {
      this.leader = undefined
      this.serving.clear()
      this.state.setLed(false)
      after(this.chance.between(1000, 3000), () => this.elect())
    }
    for (const member of this.members) {
      if (this.serves(member)) continue
      after(STREAMS_END_MS, () => {
        if (this.serves(member)) return
        for (const stream of [...this.streams])
          if (stream.member === member) this.endStream(stream, unavailable('etcdserver: no leader'))
      })
    }
    this.resume()
  }

  elect() {
    if (this.leader !== undefined) return
    const able = this.members.filter(member => member.up && this.hasMost(member))
    if (able.length === 0) return void after(1000, () => this.elect())
    this.leader = this.chance.of(able)
    this.serving.clear()
    this.state.setLed(true)
    this.resume()
  }

  /** A call that has come in at a member. @param reply told of status and body, once @param park called where that will be late */
  handle(name, path, body, reply, park) {
    const member = this.member(name)
    if (this.serves(member)) return this.answer(member, path, body, reply)
    park()
    const waiting = { member, retry: () => this.answer(member, path, body, reply) }
    this.parked.add(waiting)
    after(GIVE_UP_MS, () => {
      if (this.parked.delete(waiting)) reply(503, unavailable('etcdserver: request timed out'))
    })
  }

  resume() {
    for (const stream of this.streams)
      if (stream.late.length > 0 && this.serves(stream.member))
        for (const commit of stream.late.splice(0)) this.tell(stream, commit)
    for (const waiting of [...this.parked]) {
      if (!this.serves(waiting.member)) continue
      this.parked.delete(waiting)
      waiting.retry()
    }
  }

  answer(member, path, body, reply) {
    if (path === '/v3/kv/range') return reply(200, this.range(JSON.parse(body)))
    // What changes something is agreed upon first; whoever leads may be gone by then.
    after(this.commitMs, () => {
      if (!this.serves(member)) {
        if (this.chance.is(0.5)) this.apply(path, body)
        return reply(503, unavailable('etcdserver: request timed out'))
      }
      const [status, text] = this.apply(path, body)
      reply(status, text)
    })
  }

  header() {
    return { revision: String(this.state.revision) }
  }

  range({ key, range_end: end }) {
    const entries = this.state.under(decode(key), end && decode(end))
    const kvs = entries.map(([key, { value, revision }]) => ({
      key: encode(key),
      value,
      mod_revision: String(revision),
    }))
    return JSON.stringify({ header: this.header(), ...(kvs.length > 0 ? { kvs } : {}) })
  }

  apply(path, body) {
    const asked = JSON.parse(body)
    const { state } = this
    switch (path) {
      case '/v3/kv/txn': {
        const compares = asked.compare.map(({ key, mod_revision }) => [decode(key), Number(mod_revision)])
        const puts = asked.success.flatMap(({ request_put: put }) => (put ? [{ ...put, key: decode(put.key) }] : []))
        const deletes = asked.success.flatMap(({ request_delete_range: gone }) => (gone ? [decode(gone.key)] : []))
        const done = state.transact(compares, puts, deletes)
        if (done === undefined)
          return [404, JSON.stringify({ error: 'etcdserver: requested lease not found', code: 5 })]
        return [200, JSON.stringify({ header: this.header(), ...(done ? { succeeded: true } : {}) })]
      }
      case '/v3/lease/grant':
        return [200, JSON.stringify({ header: this.header(), ID: state.grant(asked.TTL), TTL: String(asked.TTL) })]
      case '/v3/lease/keepalive': {
        const seconds = state.keepAlive(asked.ID)
        return [200, JSON.stringify({ result: { ID: asked.ID, ...(seconds ? { TTL: String(seconds) } : {}) } })]
      }
      case '/v3/lease/revoke':
        return state.revoke(asked.ID) ? [200, '{}'] : [404, JSON.stringify({ error: 'not found', code: 5 })]
      default:
        throw new Error(`the simulated store knows no ${path}`)
    }
  }

  /** @param send takes lines @param end takes why it ends */
  watch(name, body, send, end) {
    const { key, range_end, start_revision } = JSON.parse(body).create_request
    const stream = {
      member: this.member(name),
      from: decode(key),
      end: range_end && decode(range_end),
      send,
      finish: end,
      late: [],
    }
    const header = this.header()
    const past = this.state.since(Number(start_revision))
    send(JSON.stringify({ result: { header, created: true } }))
    if (past === undefined) {
      send(
        JSON.stringify({ result: { header, canceled: true, cancel_reason: 'required revision has been compacted' } }),
      )
      return end(undefined)
    }
    this.streams.add(stream)
    for (const commit of past) this.tell(stream, commit)
    return () => this.streams.delete(stream)
  }

  endStream(stream, why) {
    this.streams.delete(stream)
    stream.finish(why)
  }

  committed(commit) {
    on(OUTSIDE, () => this.onCommit(commit))
    // A member that is apart hears of it, and tells of it, when it is back; its streams have ended by then, or tell of it late.
    for (const stream of this.streams)
      if (this.serves(stream.member)) this.tell(stream, commit)
      else stream.late.push(commit)
  }

  tell(stream, { revision, events }) {
    const told = events.filter(({ key }) => isWithin(key, stream))
    if (told.length > 0) stream.send(lineOf(revision, told))
  }

  progress() {
    const line = JSON.stringify({ result: { header: this.header() } })
    for (const stream of this.streams) if (this.serves(stream.member)) stream.send(line)
  }
}
