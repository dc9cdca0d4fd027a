// A server that can be told to collect its garbage, by the protocol of Node's inspector: what is left then is what it holds.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WebSocket } from 'undici'

/** The server, started with an inspector on a loopback port. */
export const inspected = server => ({
  ...server,
  configure(folder, options) {
    const { words, ...rest } = server.configure(folder, options)
    return { ...rest, words: ['--inspect=127.0.0.1:0', ...words] }
  },
})

/** Resolves to `{ collect, close }` for a server that was started so. @throws Error where it has no inspector */
export async function inspect({ folder }) {
  const url = /ws:\/\/\S+/.exec(readFileSync(join(folder, 'log'), 'utf8'))?.[0]
  if (url === undefined) throw new Error('the server has no inspector')
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = () => reject(new Error(`nobody answers at ${url}`))
  })
  const waiting = new Map()
  let calls = 0
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(data)
    waiting.get(id)?.(result)
    waiting.delete(id)
  }
  const call = method =>
    new Promise(resolve => {
      waiting.set(++calls, resolve)
      socket.send(JSON.stringify({ id: calls, method }))
    })
  return {
    /** Collects the garbage of the main thread, and resolves to the bytes that are left on its heap. */
    async collect() {
      await call('HeapProfiler.collectGarbage')
      return (await call('Runtime.getHeapUsage')).usedSize
    },
    close: () => socket.close(),
  }
}
