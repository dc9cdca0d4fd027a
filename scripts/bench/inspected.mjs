// A server that tells what it holds in memory, and can be told to collect its garbage before, by the protocol of Node's inspector.
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

/** Resolves to `{ collect, usage, close }` for a server that was started so. @throws Error where it has no inspector */
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
  const call = (method, params = {}) =>
    new Promise(resolve => {
      waiting.set(++calls, resolve)
      socket.send(JSON.stringify({ id: calls, method, params }))
    })
  return {
    /** Collects the garbage of the main thread, and resolves to the bytes that are left on its heap. */
    async collect() {
      await call('HeapProfiler.collectGarbage')
      return (await call('Runtime.getHeapUsage')).usedSize
    },
    /** What Node tells of the memory of the process, bytes: `process.memoryUsage()`. */
    async usage() {
      const params = { expression: 'process.memoryUsage()', returnByValue: true }
      return (await call('Runtime.evaluate', params)).result.value
    },
    close: () => socket.close(),
  }
}
