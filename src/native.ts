// Functions of the C library, by koffi. koffi comes with a binary for each kind of machine, and throws while it is imported where it
// has none, or where Node may not load it (--no-addons): so it is asked for when it is needed, and whoever needs it goes on without.
import { createRequire } from 'node:module'

export type Koffi = typeof import('koffi')
export type Library = ReturnType<Koffi['load']>

/** Of glibc and of musl. */
const NAMES = ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`]

const require = createRequire(import.meta.url)

/** @throws Error in words where there is none for this system */
export function loadKoffi(): Koffi {
  try {
    return require('koffi') as Koffi // it says itself what it is
  } catch (error) {
    const [why] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new Error(`koffi cannot be loaded: ${why}`)
  }
}

/** @throws Error in words where it cannot be had */
export function loadCLibrary(): Library {
  const koffi = loadKoffi()
  for (const name of NAMES) {
    try {
      return koffi.load(name)
    } catch {
      // The other one, then.
    }
  }
  throw new Error('no C library was found')
}
