// Replacing a file of our own at once: after a crash there is the old content or the new one.
import { open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The file need not be there; its owner alone can read it. Rejects with the system's error, and then the old one stays. */
export async function replaceWhole(path: string, text: string): Promise<void> {
  const aside = `${path}.new`
  try {
    const file = await open(aside, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, path)
  } catch (error) {
    await unlink(aside).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}

/** A name is on the disk only when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
