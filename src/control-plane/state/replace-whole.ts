// Replacing a file of our own at once: after a crash there is the old content or the new one.
import { open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The file need not be there; its owner alone can read it. Rejects with the system's error, and then the old one stays. */
export async function replaceWhole(path: string, text: string): Promise<void> {
  const aside = `${path}.new`
  try {
    await writeSynced(aside, text)
    await rename(aside, path)
  } catch (error) {
    await unlink(aside).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}

/** On the disk when it resolves, whatever was there before; its owner alone can read it. Its name is not: see `syncFolder`. */
export async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A name is on the disk only when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
