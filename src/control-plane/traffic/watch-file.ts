// Being told that a file may have changed: by its directory's events, and by looking every second where there are none.
import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Events come in bursts, and a file that is being written should be read when it is whole. */
const QUIET_MS = 50
/** However busy the directory, it is looked at this long after the first event. */
const PATIENCE_MS = 500
const POLL_MS = 1000

/**
 * Calls `look` soon after the file may have changed: written in place, replaced by a rename, or reached by another symbolic link.
 * Never keeps the process alive. Returns what ends it.
 */
export function watchFile(path: string, look: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  let firstEvent = 0
  const soon = (): void => {
    const now = Date.now()
    if (timer === undefined) firstEvent = now
    clearTimeout(timer)
    const wait = Math.max(0, Math.min(QUIET_MS, firstEvent + PATIENCE_MS - now))
    timer = setTimeout(() => {
      timer = undefined
      look()
    }, wait).unref()
  }
  const poll = setInterval(() => timer ?? soon(), POLL_MS).unref()
  const stop = watchDirectory(dirname(path), basename(path), soon)
  return () => {
    stop()
    clearInterval(poll)
    clearTimeout(timer)
  }
}

/** The directory and not the file: a watch on a file ends when a rename replaces it. */
function watchDirectory(directory: string, name: string, soon: () => void): () => void {
  try {
    const watcher = watch(directory, { persistent: false }, (_, changed) => {
      // Our own temporary files are none of our business; a link such as ..data may well be.
      if (changed === null || !changed.startsWith(`.${name}.`)) soon()
    })
    // The directory is gone, or the system is out of watches: the poll goes on.
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return () => undefined
  }
}
