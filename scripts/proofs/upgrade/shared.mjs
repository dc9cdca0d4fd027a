// What nodes share beside the document: changed on one of them, it has to be known to all.
import { until } from '../fleet/process.mjs'
import { watchAnswers } from '../fleet/watch-answers.mjs'

/** Who is told too often that a token is wrong is locked out for guessing. */
const RARELY_MS = 1000

/** Each node in turn forces the first region down, and the next one ends that; all have to answer with the second, and with the first again. */
export async function overridesOn(nodes, name, [first, second]) {
  const watches = nodes.map(node => watchAnswers(node, name, [first, second]))
  const all = address => Promise.all(watches.map(one => one.mark(address)))
  for (const [i, node] of nodes.entries()) {
    const gone = all(second)
    const { id } = await done(node, 'POST', '/v1/overrides', {
      targets: ['eu'],
      state: 'down',
      for: '1h',
      reason: 'upgrade',
    })
    await gone
    const back = all(first)
    const next = nodes[(i + 1) % nodes.length]
    await done(next, 'DELETE', `/v1/overrides/${id}`)
    await back
  }
  for (const one of watches) await one.stop()
}

/** One that a node begins, and all see to its end. @param meanwhile what happens in its first step */
export async function drillOn(node, nodes, meanwhile) {
  const steps = [
    { percent: 50, for: meanwhile === undefined ? '2s' : '15s' },
    { percent: 100, for: '2s' },
  ]
  const { id } = await done(node, 'POST', '/v1/drills', { targets: ['us'], reason: 'upgrade', steps, back: [] })
  await done(node, 'POST', `/v1/drills/${id}/start`)
  await meanwhile?.()
  const ends = await Promise.all(
    nodes.map(one =>
      until(`${one.name} sees the end of the drill`, async () => {
        const { status, body } = await one.api('GET', `/v1/drills/${id}`)
        return status === 200 && body.phase === 'over' && body
      }),
    ),
  )
  const [{ outcome, timeline }] = ends
  const moves = timeline.filter(({ what }) => what.includes('% of the clients')).map(({ what }) => what.split(' ')[0])
  if (outcome !== 'succeeded' || moves.join() !== '50,100')
    throw new Error(`a drill did not take its course: ${JSON.stringify(ends[0])}`)
  if (new Set(ends.map(end => JSON.stringify(end.timeline))).size > 1)
    throw new Error(`nodes tell another story of a drill: ${JSON.stringify(ends.map(end => end.timeline))}`)
}

/** One that a node makes is good on all, until the next one takes it away. */
export async function tokenOn(node, nodes) {
  const { id, secret } = await done(node, 'POST', '/v1/tokens', { name: 'upgrade', scopes: ['read'], for: '1h' })
  const isGoodOn = async one => (await one.api('GET', '/v1/regions', undefined, undefined, secret)).status === 200
  for (const one of nodes) await until(`the token is good on ${one.name}`, () => isGoodOn(one), RARELY_MS)
  await done(nodes[(nodes.indexOf(node) + 1) % nodes.length], 'DELETE', `/v1/tokens/${id}`)
  for (const one of nodes)
    await until(`the token is good no more on ${one.name}`, async () => !(await isGoodOn(one)), RARELY_MS)
}

async function done(node, method, path, body) {
  const reply = await node.api(method, path, body, 'upgrade')
  if (reply.status >= 300) throw new Error(`${method} ${path} on ${node.name}: ${JSON.stringify(reply.body)}`)
  return reply.body
}
