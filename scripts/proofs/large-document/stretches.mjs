// Loaded into a server before its program: how much processor time its main thread has used at most without a look at what else there is
// to do. Unlike the lag of the event loop it does not grow where other programs want the core. Told, and begun anew, at each SIGWINCH.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env.STRETCHES
/** A look costs less than a hundredth of this, ms. */
const EVERY_MS = 2

if (isMainThread && file !== undefined && process.argv.includes('serve')) {
  // man 5 proc: the first number is the time on the processor, ns.
  const ran = () => Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6
  let last = ran()
  let longest = 0
  const look = () => {
    const now = ran()
    longest = Math.max(longest, now - last)
    last = now
  }
  setInterval(look, EVERY_MS).unref()
  process.on('SIGWINCH', () => {
    writeFileSync(`${file}.new`, String(longest))
    renameSync(`${file}.new`, file)
    longest = 0
    last = ran()
  })
}
