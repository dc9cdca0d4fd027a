// Edits of one number that only grows, each made on some node, and what became of those that were acknowledged.
import { until } from './process.mjs'
import { addressOf, watch } from './watch.mjs'

export class Edits {
  /** The number that was written last. */
  newest = 1
  acknowledged = new Set()

  /** As `meridian apply` does. @param document what is to be served, by its number */
  async bring(node, document) {
    const { status, body } = await node.api('PUT', '/v1/traffic', document(this.newest), reason(this.newest))
    if (status !== 200) throw new Error(JSON.stringify(body))
    this.acknowledged.add(this.newest)
  }

  /** One that is made again until somebody acknowledges it, as an operator would. */
  async make(node) {
    const number = ++this.newest
    const patch = { zones: { 'example.com': { records: { v: [{ type: 'A', data: addressOf(number) }] } } } }
    await until('an edit is taken', async () => {
      const { status, body } = await node.api('PATCH', '/v1/traffic', patch, reason(number))
      if (status !== 200 && status !== 503) throw new Error(JSON.stringify(body))
      return status === 200
    })
    this.acknowledged.add(number)
  }

  /** So many, on every node in turn. @returns ms until all others answered, of each; and who asked them meanwhile */
  async makeMany(nodes, times) {
    const watches = nodes.map(node => this.watch(node))
    const spans = []
    for (let i = 0; i < times; i++) {
      const started = performance.now()
      await this.make(nodes[i % nodes.length])
      const others = watches.filter((_, one) => one !== i % nodes.length)
      await Promise.all(others.map(other => until('all others answer with it', () => other.last() >= this.newest, 1)))
      spans.push(performance.now() - started)
    }
    for (const one of watches) await one.stop()
    return { spans, watches }
  }

  /** Asks a node without pause. @param steered the address that the steered name has to have, where it is asked for */
  watch({ address, port }, steered) {
    return watch(address, port, () => this.newest, steered)
  }

  async answeredBy(node) {
    const watching = this.watch(node)
    await until(`${node.name} answers with ${this.newest}`, () => watching.last() >= this.newest, 1)
    await watching.stop()
  }

  /** How many of those that were acknowledged a node knows nothing of. */
  async lostOn(node) {
    const reasons = new Set()
    let before = ''
    for (;;) {
      const { body } = await node.api('GET', `/v1/revisions?limit=500${before}`)
      for (const { reason } of body.revisions) reasons.add(reason)
      if (body.next === undefined) break
      before = `&before=${body.next}`
    }
    return [...this.acknowledged].filter(number => !reasons.has(reason(number))).length
  }
}

const reason = number => `number ${number}`
