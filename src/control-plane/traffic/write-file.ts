// Replacing a file at once: whoever reads it, also after a power cut, sees the old content or the new one.
import { randomBytes } from 'node:crypto'
import { type FileHandle, open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** By which it shows that a file is still the one that was written; of other hands within one tick of the clock it does not. */
export type Stamp = readonly [inode: bigint, size: bigint, modified: bigint]

/** A content that is on the disk, beside the file that it is for. */
export interface Beside {
  readonly stamp: Stamp
  /** Puts it in the place of the file; on the disk when it resolves. Where it rejects, nothing is left of it. */
  commit(): Promise<void>
  discard(): Promise<void>
}

/** Writes through a symbolic link to its target; keeps the mode and, where we may, the owner. Rejects with the system's error. */
export const replaceFile = async (path: string, text: string): Promise<void> => (await writeBeside(path, text)).commit()

/** The first half of `replaceFile`. */
export async function writeBeside(path: string, text: string): Promise<Beside> {
  // Each step that waits for the one before is a way to another thread and back, which takes its time on a busy core.
  const [target, { mode, uid, gid }] = await Promise.all([realpath(path), stat(path)])
  const folder = await open(dirname(target), 'r')
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`)
  const discard = async (): Promise<void> => {
    await Promise.allSettled([unlink(temporary), folder.close()])
  }
  const discarding = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step()
    } catch (error) {
      await discard()
      throw error
    }
  }
  const stamp = await discarding(async () => {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      // Only root may give a file away; for anybody else the file is then theirs.
      if (uid !== process.getuid?.() || gid !== process.getgid?.()) await file.chown(uid, gid).catch(() => undefined)
      const [there] = await Promise.all([file.stat({ bigint: true }), file.chmod(mode & 0o7777)])
      await file.sync()
      return stampIn(there)
    } finally {
      letGo(file)
    }
  })
  return {
    stamp,
    discard,
    async commit() {
      await discarding(() => rename(temporary, target))
      await folder.sync().finally(() => letGo(folder))
    },
  }
}

/** What was to be on the disk is there by now, or was said not to be. */
const letGo = (file: FileHandle): void => void file.close().catch(() => undefined)

/** Whether the file is the one with the stamp. */
export async function hasStamp(path: string, stamp: Stamp): Promise<boolean> {
  try {
    const now = stampIn(await stat(path, { bigint: true }))
    return now.every((part, i) => part === stamp[i])
  } catch {
    return false
  }
}

const stampIn = ({ ino, size, mtimeNs }: { readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint }) =>
  [ino, size, mtimeNs] as const
