// Replacing a file at once: whoever reads it, also after a power cut, sees the old content or the new one.
import { randomBytes } from 'node:crypto'
import { open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Writes through a symbolic link to its target; keeps the mode and, where we may, the owner. Rejects with the system's error. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path)
  const { mode, uid, gid } = await stat(target)
  const directory = dirname(target)
  const temporary = join(directory, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      // Only root may give a file away; for anybody else the file is then theirs.
      if (uid !== process.getuid?.() || gid !== process.getgid?.()) await file.chown(uid, gid).catch(() => undefined)
      await file.chmod(mode & 0o7777)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncDirectory(directory)
}

/** A rename is on disk only when its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  await handle.sync().finally(() => handle.close())
}
