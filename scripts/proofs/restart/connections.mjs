// A client that connects by TCP for each question, one after the other, without pause: whether each is answered.
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { encodeQuery } from '../../bench/query.mjs'
import { ZONE } from '../../bench/world.mjs'

const EVERY_MS = 5
const PATIENCE_MS = 30_000

export function openConnections(port) {
  const counts = { asked: 0, lost: 0 }
  let stopped = false
  const asking = (async () => {
    while (!stopped) {
      counts.asked++
      if (!(await askByTcp(port))) counts.lost++
      await pause(EVERY_MS)
    }
  })()
  return {
    async stop() {
      stopped = true
      await asking
      return counts
    },
  }
}

/** @returns whether an answer came */
function askByTcp(port) {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    const query = encodeQuery(1, `s0.${ZONE}`)
    socket.setTimeout(PATIENCE_MS, () => socket.destroy())
    socket.on('error', () => resolve(false))
    socket.on('close', () => resolve(false))
    socket.on('connect', () => socket.write(Buffer.concat([Buffer.from([0, query.length]), query])))
    socket.on('data', () => {
      resolve(true)
      socket.destroy()
    })
  })
}
