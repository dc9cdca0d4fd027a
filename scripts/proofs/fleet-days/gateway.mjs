// HTTP to the simulated store, in the place of Node's own: requests and their answers travel over the simulated network, each way for itself.
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { afterOn, machine, OUTSIDE, time } from './time.mjs'

/** After which a connection is given up that nothing comes back on, ms. */
const TCP_GIVES_UP_MS = 127_000
/** A stream whose packets were lost goes on so long after its link is whole again, at the most, ms. */
const RETRY_MS = 20_000

let world

/** To which network and store requests go from now on. */
export function connect(network, store) {
  world = { network, store }
}

const codeError = (code, message) => Object.assign(new Error(message), { code })

/** What is told once and for all: the answer, or why there is none. */
class Exchange {
  constructor(url, { signal }, onResponse) {
    const { hostname, pathname } = new URL(url)
    Object.assign(this, { member: hostname, path: pathname, signal, onResponse, from: machine(), life: machine().life })
    this.settled = false
  }

  once(what, listener) {
    if (what === 'error') this.onError = listener
  }

  get deadline() {
    return Math.min(this.signal?.at ?? Number.POSITIVE_INFINITY, this.sentAt + TCP_GIVES_UP_MS)
  }

  end(body) {
    const { network } = world
    this.sentAt = time()
    if (this.signal?.aborted) return void afterOn(this.from, 0, () => this.fail(this.signal.reason))
    // A deadline is no signal that anybody could listen to.
    this.signal?.addEventListener?.('abort', () => {
      this.fail(this.signal.reason)
      this.onAbort?.()
    })
    const ms = network.delay(this.from.name, this.member)
    // Whoever asked waits no longer; what is under way arrives all the same.
    if (time() + ms > this.deadline) this.expire()
    if (Number.isFinite(ms)) this.travel(ms, body)
  }

  travel(ms, body) {
    const { store } = world
    afterOn(OUTSIDE, ms, () => {
      if (!store.member(this.member).up)
        return this.back(() => this.fail(codeError('ECONNREFUSED', 'connection refused')))
      if (this.path === '/v3/watch') this.stream(body)
      else
        store.handle(
          this.member,
          this.path,
          body,
          (status, text) => this.back(() => this.answer(status, [text])),
          () => this.expire(),
        )
    })
  }

  /** Nothing will come before its deadline. */
  expire() {
    const ms = this.deadline - time()
    this.onNode(ms, () => this.fail(this.signal?.reason ?? codeError('ETIMEDOUT', 'timed out')))
  }

  back(run) {
    const ms = world.network.delay(this.member, this.from.name)
    if (time() + ms > this.deadline) this.expire()
    else this.onNode(ms, run)
  }

  /** Where it began, if that still is what it was: whoever has ended since must not wake up in the next life of its machine. */
  onNode(ms, run) {
    if (this.from.life === this.life) afterOn(this.from, ms, run)
  }

  fail(error) {
    if (this.settled) return
    this.settled = true
    this.onError?.(error)
  }

  answer(statusCode, pieces) {
    if (this.settled) return
    this.settled = true
    this.onResponse({
      statusCode,
      setEncoding() {},
      async *[Symbol.asyncIterator]() {
        yield* pieces
      },
    })
  }

  /** An answer that goes on: lines arrive in their order, later where packets are lost, and none while the link is cut. */
  stream(body) {
    const lines = new Lines()
    const { store, network } = world
    let arrives = 0
    let over = false
    const stuck = []
    const deliver = (ms, run) => {
      arrives = Math.max(arrives, time() + ms)
      this.onNode(arrives - time(), run)
    }
    const travel = run => {
      const ms = stuck.length > 0 ? Number.POSITIVE_INFINITY : network.delay(this.member, this.from.name)
      if (Number.isFinite(ms)) return deliver(ms, run)
      stuck.push(run)
      if (stuck.length === 1) retry()
    }
    const retry = () =>
      afterOn(OUTSIDE, network.chance.between(200, RETRY_MS), () => {
        if (over || this.from.life !== this.life) return
        const ms = network.delay(this.member, this.from.name)
        if (!Number.isFinite(ms)) return retry()
        for (const run of stuck.splice(0)) deliver(ms, run)
      })
    const drop = store.watch(
      this.member,
      body,
      line => travel(() => lines.push(`${line}\n`)),
      why => {
        over = over || why === 'reset'
        if (why === 'reset') stuck.length = 0
        if (why !== undefined && why !== 'reset') travel(() => lines.push(`${why}\n`))
        if (why !== 'reset') return travel(() => lines.end())
        // Of a member that has ended the kernel says so, where it can be heard.
        const ms = network.delay(this.member, this.from.name)
        if (Number.isFinite(ms)) deliver(ms, () => lines.fail(codeError('ECONNRESET', 'connection reset')))
      },
    )
    this.onAbort = () => {
      over = true
      drop?.()
      lines.fail(this.signal.reason)
    }
    travel(() => {
      if (this.settled) return
      this.settled = true
      this.onResponse({ statusCode: 200, setEncoding() {}, [Symbol.asyncIterator]: () => lines })
    })
  }
}

/** Text that arrives, for whoever waits for it. */
class Lines {
  waiting = []
  wanted
  push(text) {
    this.give({ value: text, done: false })
  }
  end() {
    this.give({ value: undefined, done: true })
  }
  fail(error) {
    this.give(error)
  }
  give(what) {
    const { wanted } = this
    this.wanted = undefined
    if (wanted === undefined) this.waiting.push(what)
    else settle(what, wanted)
  }
  next() {
    return new Promise((resolve, reject) => {
      if (this.waiting.length > 0) settle(this.waiting.shift(), { resolve, reject })
      else this.wanted = { resolve, reject }
    })
  }
  return() {
    return Promise.resolve({ value: undefined, done: true })
  }
}

function settle(what, { resolve, reject }) {
  if (what instanceof Error) reject(what)
  else resolve(what)
}

/** From here on requests of this process go to the simulated store. To be called before any code is loaded that sends some. */
export function replaceHttp() {
  http.request = (url, options, onResponse) => new Exchange(url, options, onResponse)
  syncBuiltinESMExports()
}
