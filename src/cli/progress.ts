// A line at a terminal for as long as something takes: who waits sees that it goes on.
import type { Call } from './verb.js'

const EVERY_MS = 1000

/** Standard error, so that standard output stays what the verb prints. */
type Screen = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>

/** @param what is done, in a few words; it is shown from the first second on, and gone when it is done */
export async function patiently<T>(
  call: Pick<Call, 'flag'>,
  what: string,
  work: Promise<T>,
  screen: Screen = process.stderr,
): Promise<T> {
  if (call.flag('json') || screen.isTTY !== true) return work
  let seconds = 0
  const timer = setInterval(() => screen.write(`\r\x1b[K${what}: ${++seconds} s`), EVERY_MS)
  try {
    return await work
  } finally {
    clearInterval(timer)
    if (seconds > 0) screen.write('\r\x1b[K')
  }
}
