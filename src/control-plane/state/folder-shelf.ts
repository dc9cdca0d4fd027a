// A shelf that is shared with nobody but the process that takes this one's place: a folder with a file for each key.
import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceWhole, syncFolder, writeSynced } from './replace-whole.js'
import type { Shelf, ShelfLimits } from './shelf.js'

/** A file that is not done yet, or never will be. */
const UNFINISHED = '.new'
/** Whoever writes one takes no longer, ms: the process that this one takes the place of may be about it. */
const UNFINISHED_MS = 60_000

export class FolderShelf implements Shelf {
  private readonly folder: string
  private readonly limits: ShelfLimits
  private readonly now: () => number
  private opening: Promise<Map<string, number>> | undefined

  /** The folder is made, and looked through, when it is needed first: a disk that takes nothing keeps no node from its start. */
  constructor(folder: string, limits: ShelfLimits, now: () => number = Date.now) {
    this.folder = folder
    this.limits = limits
    this.now = now
  }

  async put(key: string, text: string): Promise<string | undefined> {
    const path = join(this.folder, key)
    const putAt = await this.open()
    await this.sweep(putAt)
    const aside = `${path}.${randomUUID()}${UNFINISHED}`
    try {
      await writeSynced(aside, text)
      for (;;) {
        // Unlike a rename, it does not take the place of one that is there.
        if (await linked(aside, path)) break
        const there = await readThere(path)
        if (there !== undefined) return there
      }
    } finally {
      await removed(aside)
    }
    putAt.set(key, this.now())
    await this.sweep(putAt)
    await syncFolder(this.folder)
    return undefined
  }

  replace(key: string, text: string): Promise<void> {
    return replaceWhole(join(this.folder, key), text)
  }

  async remove(key: string): Promise<void> {
    const putAt = await this.open()
    putAt.delete(key)
    await removed(join(this.folder, key))
  }

  private open(): Promise<Map<string, number>> {
    this.opening ??= this.look().catch(error => {
      this.opening = undefined
      throw error
    })
    return this.opening
  }

  /** When each was put, epoch ms; oldest first. */
  private async look(): Promise<Map<string, number>> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const found: [key: string, putAt: number][] = []
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name)
      const mtimeMs = await writtenAt(path)
      if (mtimeMs === undefined) continue
      if (!name.endsWith(UNFINISHED)) found.push([name, mtimeMs])
      else if (this.now() - mtimeMs > UNFINISHED_MS) await removed(path)
    }
    return new Map(found.toSorted(([, a], [, b]) => a - b))
  }

  /** Takes away what is too old, and what is too much. */
  private async sweep(putAt: Map<string, number>): Promise<void> {
    const { keepMs, most } = this.limits
    for (const [key, at] of putAt) {
      if (this.now() - at < keepMs && putAt.size <= most) return
      await this.remove(key)
    }
  }
}

const linked = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    error => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )

const readThere = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(unlessGone)

const writtenAt = async (path: string): Promise<number | undefined> => (await stat(path).catch(unlessGone))?.mtimeMs

const removed = (path: string): Promise<void> => unlink(path).catch(unlessGone)

/** Others take away what is old as well. */
function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
