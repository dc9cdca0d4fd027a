// Simulated disks: what is below /sim/NAME/ is on the disk of the machine NAME, in memory. Each call takes time, so that a machine may end
// between any two; what was not synced is lost with its power, and a disk may be full or slow.
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { after } from './time.mjs'

const ROOT = '/sim/'
const disks = new Map()

export class Disk {
  /** By path: what a process reads, and what is left when the power goes. */
  files = new Map()
  kept = new Map()
  full = false
  /** What each call takes, ms. */
  ms = 1
  /** How often it refused to take something. */
  refusals = 0

  constructor(name) {
    disks.set(name, this)
  }

  losePower() {
    this.files = new Map(this.kept)
  }

  /** A few bytes of a file are others. */
  damage(path) {
    const text = this.files.get(path)
    if (text === undefined) return
    const at = text.length >> 1
    const damaged = `${text.slice(0, at)}#?#${text.slice(at + 3)}`
    this.files.set(path, damaged)
    this.kept.set(path, damaged)
  }
}

const codeError = (code, path) => Object.assign(new Error(`${code}: ${path}`), { code })

/** After what it takes: what was done, or the system's error. */
const call = (disk, work) =>
  new Promise((resolve, reject) => {
    after(disk.ms, () => {
      try {
        resolve(work())
      } catch (error) {
        reject(error)
      }
    })
  })

function write(disk, path, text) {
  if (disk.full) {
    disk.refusals++
    throw codeError('ENOSPC', path)
  }
  disk.files.set(path, String(text))
}

function sync(disk, path) {
  if (disk.files.has(path)) disk.kept.set(path, disk.files.get(path))
}

const CALLS = {
  readFile: (disk, path) =>
    call(disk, () => {
      const text = disk.files.get(path)
      if (text === undefined) throw codeError('ENOENT', path)
      return text
    }),
  writeFile: (disk, path, text) => call(disk, () => write(disk, path, text)),
  rename: (disk, from, to) =>
    call(disk, () => {
      if (!disk.files.has(from)) throw codeError('ENOENT', from)
      disk.files.set(to, disk.files.get(from))
      disk.files.delete(from)
      // Of a file system with a journal: the new name has what was synced under the old one, or nothing.
      if (disk.kept.has(from)) disk.kept.set(to, disk.kept.get(from))
      else disk.kept.set(to, '')
      disk.kept.delete(from)
    }),
  unlink: (disk, path) =>
    call(disk, () => {
      if (!disk.files.delete(path)) throw codeError('ENOENT', path)
      disk.kept.delete(path)
    }),
  mkdir: disk => call(disk, () => undefined),
  open: (disk, path, flags = 'r') =>
    call(disk, () => {
      if (flags === 'w') write(disk, path, '')
      return {
        writeFile: text => call(disk, () => write(disk, path, text)),
        sync: () => call(disk, () => sync(disk, path)),
        close: async () => {},
      }
    }),
}

/** From here on these disks are there. To be called before any code is loaded that is to write on them. */
export function replaceDisks() {
  for (const [name, simulated] of Object.entries(CALLS)) {
    const real = promises[name]
    promises[name] = (path, ...given) => {
      if (typeof path !== 'string' || !path.startsWith(ROOT)) return real(path, ...given)
      return simulated(disks.get(path.slice(ROOT.length).split('/')[0]), path, ...given)
    }
  }
  syncBuiltinESMExports()
}
