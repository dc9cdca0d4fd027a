// The geo databases of a node: opened, watched for newer files, and exchanged for them while everything goes on.
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type AddressBytes, type Family, familyOf } from '../../dns/address.js'
import { sharedBytes } from '../../snapshot/shared.js'
import { type GeoDatabase, openDatabase } from './database.js'
import type { Place } from './place.js'

/** A database file as it is handed to whoever compiles maps: its bytes are shared, not copied. */
export interface DatabaseFile {
  readonly file: string
  readonly bytes: Uint8Array
}

export type ByFamily = Readonly<Record<Family, DatabaseFile | undefined>>

interface Held extends DatabaseFile {
  readonly database: GeoDatabase
  /** Size and time of the file, to tell a newer one by. */
  readonly stamp: string
  /** Why a newer file was not taken. */
  readonly refused?: string
}

export interface Located {
  readonly place: Place | undefined
  /** Length of the network that the address was found in. */
  readonly prefix: number
  /** The name of the file that told. */
  readonly database: string
}

/** How often files are looked at, ms. */
const POLL_MS = 2000

export class GeoLibrary {
  private held: readonly Held[]
  private timer: NodeJS.Timeout | undefined

  private constructor(held: readonly Held[]) {
    this.held = held
  }

  /** @throws GeoDatabaseError, or the system's error, where a file cannot be used: a node does not start half-sighted */
  static async open(files: readonly string[]): Promise<GeoLibrary> {
    return new GeoLibrary(await Promise.all(files.map(read)))
  }

  /** The first file that has addresses of the family answers for it. */
  byFamily(): ByFamily {
    return { 4: fileOf(this.holder(4)), 6: fileOf(this.holder(6)) }
  }

  locate(address: AddressBytes): Located | undefined {
    const holder = this.holder(familyOf(address))
    return holder === undefined ? undefined : { ...holder.database.lookup(address), database: basename(holder.file) }
  }

  list(): readonly { readonly database: GeoDatabase; readonly refused: string | undefined }[] {
    return this.held.map(({ database, refused }) => ({ database, refused }))
  }

  /**
   * Looks for newer files from now on; `onNew` makes maps of them, and where it rejects, the old files stay in use.
   * `onRefused` hears of each file that could not be taken, once.
   */
  watch(onNew: (files: ByFamily) => Promise<void>, onRefused: (file: string, error: unknown) => void): void {
    const look = async (): Promise<void> => {
      await this.exchange(onNew, onRefused)
      if (this.timer !== undefined) this.timer = setTimeout(look, POLL_MS).unref()
    }
    this.timer = setTimeout(look, POLL_MS).unref()
  }

  close(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private holder(family: Family): Held | undefined {
    return this.held.find(({ database }) => database.root(family) !== undefined)
  }

  private async exchange(
    onNew: (files: ByFamily) => Promise<void>,
    onRefused: (file: string, error: unknown) => void,
  ): Promise<void> {
    const before = this.held
    for (const old of before) {
      const stamp = await stampOf(old.file).catch(() => old.stamp)
      if (stamp === old.stamp) continue
      try {
        const fresh = await read(old.file)
        this.replace(old, fresh)
        await onNew(this.byFamily())
      } catch (error) {
        // Remembered with the refused file's stamp, so that it is refused once and not every two seconds.
        this.held = before.map(held => (held === old ? { ...old, stamp, refused: messageOf(error) } : held))
        onRefused(old.file, error)
      }
      return
    }
  }

  private replace(old: Held, fresh: Held): void {
    this.held = this.held.map(held => (held === old ? fresh : held))
  }
}

/** What can be sent to a thread. */
const fileOf = (held: Held | undefined): DatabaseFile | undefined => held && { file: held.file, bytes: held.bytes }

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function read(file: string): Promise<Held> {
  const handle = await open(file)
  try {
    const { size, mtimeMs, ino } = await handle.stat()
    const bytes = sharedBytes(size)
    let at = 0
    while (at < size) {
      const { bytesRead } = await handle.read(bytes, at, size - at, at)
      if (bytesRead === 0) throw new Error(`${file} became shorter while it was read`)
      at += bytesRead
    }
    return { file, bytes, database: openDatabase(bytes, file), stamp: `${size} ${mtimeMs} ${ino}` }
  } finally {
    await handle.close()
  }
}

async function stampOf(file: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(file)
  return `${size} ${mtimeMs} ${ino}`
}
