// The geo databases of a node: opened, watched for newer files, and exchanged for them while everything goes on.
import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type AddressBytes, type Family, familyOf } from '../../dns/address.js'
import { type Checked, type Checker, checkHere } from './check.js'
import { type GeoDatabase, openDatabase } from './database.js'
import { stateOf } from './file-state.js'
import type { Place } from './place.js'

/** A database file as it is handed to whoever compiles maps of it. */
export interface DatabaseFile {
  readonly file: string
  /** Where to read the very file that was checked, also when another has taken its name; `file` unless told. */
  readonly path?: string
  /** SHA-256 of its content, in hex: what was checked, and what maps in a cache are known by. */
  readonly hash: string
  /** What the file was when it was checked (`stateOf`): while it is that still, nothing of it has changed. */
  readonly state?: string
  /** The content, where it is in memory anyway. */
  readonly bytes?: Uint8Array
}

export interface ByFamily extends Readonly<Record<Family, DatabaseFile | undefined>> {
  /** Files that have the numbers of autonomous systems and no more, where there are any. */
  readonly systems?: Readonly<Record<Family, DatabaseFile | undefined>>
}

/** What there is to say of a database without having it in memory. */
export interface DatabaseFacts extends Checked {
  readonly file: string
  /** Why a newer file was not taken. */
  readonly refused: string | undefined
}

interface Held extends DatabaseFacts {
  /** Kept open, so that the content outlives its name: maps may have to be made of it again. */
  readonly handle: FileHandle
  /** Size and time of the file, to tell a newer one by. */
  readonly stamp: string
  readonly state: string
}

export interface Located {
  readonly place: Place | undefined
  /** Length of the network that the address was found in. */
  readonly prefix: number
  /** The name of the file that told. */
  readonly database: string
}

export type Locate = (address: AddressBytes) => Located | undefined

/** Files are read when somebody asks where a client is, and let go of when nobody has for so long, ms. */
const LET_GO_MS = 30_000

/** How often files are looked at, ms. */
const POLL_MS = 2000

export class GeoLibrary {
  private held: readonly Held[]
  private readonly check: Checker
  private timer: NodeJS.Timeout | undefined
  private inMemory: Promise<ReadonlyMap<string, GeoDatabase>> | undefined
  private letGo: NodeJS.Timeout | undefined
  private lookNow: (() => Promise<void>) | undefined

  private constructor(held: readonly Held[], check: Checker) {
    this.held = held
    this.check = check
  }

  /** @throws GeoDatabaseError, or the system's error, where a file cannot be used: a node does not start half-sighted */
  static async open(files: readonly string[], check: Checker = checkHere): Promise<GeoLibrary> {
    return new GeoLibrary(await Promise.all(files.map(file => take(file, check))), check)
  }

  /** The first file of each kind that has addresses of the family answers for it. */
  byFamily(): ByFamily {
    const of = (about: Held['about']) => ({ 4: fileOf(this.holder(4, about)), 6: fileOf(this.holder(6, about)) })
    return this.held.some(({ about }) => about === 'systems')
      ? { ...of('places'), systems: of('systems') }
      : of('places')
  }

  /**
   * Reads the files, unless they are in memory still.
   * @param other a file in the place of one in use, as if it had its name
   * @throws GeoDatabaseError or the system's error
   */
  async reader(other?: { readonly file: string; readonly path: string }): Promise<Locate> {
    clearTimeout(this.letGo)
    this.letGo = setTimeout(() => {
      this.inMemory = undefined
    }, LET_GO_MS).unref()
    this.inMemory ??= readAll(this.held)
    const held = await this.inMemory
    const databases =
      other === undefined
        ? held
        : new Map([...held, [other.file, openDatabase(await readFile(other.path), other.file)]])
    return address => {
      const look = (about: Held['about']) => {
        const file = this.holder(familyOf(address), about)?.file
        const database = file === undefined ? undefined : databases.get(file)
        return database && { ...database.lookup(address), database: basename(database.file) }
      }
      return withSystem(look('places'), look('systems')?.place?.asn)
    }
  }

  /** The files as they would be with another one in the place of one. */
  with(file: string, other: DatabaseFile): ByFamily {
    const of = (about: Held['about']) => {
      const one = (family: Family) => {
        const holder = this.holder(family, about)
        return holder?.file === file ? other : fileOf(holder)
      }
      return { 4: one(4), 6: one(6) }
    }
    return this.held.some(({ about }) => about === 'systems')
      ? { ...of('places'), systems: of('systems') }
      : of('places')
  }

  /** Looks at once whether a file is newer, and resolves when it is in use or was refused. Only while they are watched. */
  async look(): Promise<void> {
    await this.lookNow?.()
  }

  list(): readonly DatabaseFacts[] {
    return this.held
  }

  /**
   * Looks for newer files from now on; `onNew` makes maps of them, and where it rejects, the old files stay in use.
   * `onRefused` hears of each file that could not be taken, once.
   */
  watch(onNew: (files: ByFamily) => Promise<void>, onRefused: (file: string, error: unknown) => void): void {
    let tail: Promise<void> = Promise.resolve()
    // One look at a time, whoever wants it.
    const inTurn = (): Promise<void> => {
      tail = tail.then(() => this.exchange(onNew, onRefused))
      return tail
    }
    this.lookNow = inTurn
    const look = async (): Promise<void> => {
      await inTurn()
      if (this.timer !== undefined) this.timer = setTimeout(look, POLL_MS).unref()
    }
    this.timer = setTimeout(look, POLL_MS).unref()
  }

  close(): void {
    for (const { handle } of this.held) void handle.close()
    clearTimeout(this.timer)
    clearTimeout(this.letGo)
    this.timer = undefined
    this.inMemory = undefined
  }

  private holder(family: Family, about: Held['about']): Held | undefined {
    return this.held.find(held => held.about === about && held.families.includes(family))
  }

  private async exchange(
    onNew: (files: ByFamily) => Promise<void>,
    onRefused: (file: string, error: unknown) => void,
  ): Promise<void> {
    for (const old of this.held) {
      const stamp = await stampOf(old.file).catch(() => old.stamp)
      if (stamp === old.stamp) continue
      let fresh: Held | undefined
      try {
        fresh = await take(old.file, this.check)
        this.replace(old, fresh)
        await onNew(this.byFamily())
        await old.handle.close()
      } catch (error) {
        // Remembered with the refused file's stamp, so that it is refused once and not every two seconds.
        this.replace(fresh ?? old, { ...old, stamp, refused: messageOf(error) })
        await fresh?.handle.close()
        onRefused(old.file, error)
      }
      return
    }
  }

  private replace(old: Held, fresh: Held): void {
    this.held = this.held.map(held => (held === old ? fresh : held))
    this.inMemory = undefined
  }
}

const fileOf = (held: Held | undefined): DatabaseFile | undefined =>
  held && { file: held.file, hash: held.hash, state: held.state, path: pathOf(held) }

/** Linux has a name for what is open, whatever has become of the file's own. */
const pathOf = ({ file, handle }: Pick<Held, 'file' | 'handle'>): string =>
  process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : file

/** A database of places that knows the system itself goes before the one that knows nothing else. */
function withSystem(located: Located | undefined, asn: number | undefined): Located | undefined {
  if (located === undefined || asn === undefined || located.place?.asn !== undefined) return located
  return { ...located, place: { ...located.place, asn } }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Opens and checks a file, and keeps no more of it than is to be told. */
async function take(file: string, check: Checker): Promise<Held> {
  const handle = await open(file)
  try {
    const { size, mtimeMs, ino } = await handle.stat()
    const path = pathOf({ file, handle })
    const state = stateOf(path)
    const checked = await check(path, file)
    return { ...checked, file, handle, refused: undefined, stamp: `${size} ${mtimeMs} ${ino}`, state }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function readAll(held: readonly Held[]): Promise<ReadonlyMap<string, GeoDatabase>> {
  const opened = held.map(async ({ file, handle }) => [file, openDatabase(await wholeOf(handle), file)] as const)
  return new Map(await Promise.all(opened))
}

/** Reads from the beginning, wherever the handle stands. */
async function wholeOf(handle: FileHandle): Promise<Uint8Array> {
  const { size } = await handle.stat()
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at)
    if (bytesRead === 0) throw new Error('a geo database became shorter while it was read')
    at += bytesRead
  }
  return bytes
}

async function stampOf(file: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(file)
  return `${size} ${mtimeMs} ${ino}`
}
