// What etcd's JSON gateway (/v3/…) takes and gives: keys and values in base64, 64-bit numbers as text. Pure.

/** A key and what it holds. */
export interface Entry {
  readonly key: string
  readonly value: string
  /** The revision of the store at which it was last written; grows with each write, whatever its key. */
  readonly version: number
}

/** One thing that happened to a key; `value` is absent where it is gone. */
export interface KeyEvent {
  readonly key: string
  readonly value?: string
  readonly version: number
}

/** A change of several keys, all of it or nothing. */
export interface Wish {
  /** Keys that must be at these versions; 0 is a key that is not there. */
  readonly unchanged: readonly (readonly [key: string, version: number])[]
  readonly put: readonly { readonly key: string; readonly value: string; readonly lease?: string }[]
  readonly remove?: readonly string[]
}

export const encode = (text: string): string => Buffer.from(text).toString('base64')
export const decode = (text: string): string => Buffer.from(text, 'base64').toString()

/** The end of the range of all keys that begin with `prefix`: its last byte counted up by one. */
export function endOfPrefix(prefix: string): string {
  const bytes = Buffer.from(prefix)
  // No byte of UTF-8 is 0xff.
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) + 1, bytes.length - 1)
  return bytes.toString('base64')
}

interface WireEntry {
  readonly key?: string
  readonly value?: string
  readonly mod_revision?: string
}

export const readEntry = ({ key = '', value = '', mod_revision: version = '0' }: WireEntry): Entry => ({
  key: decode(key),
  value: decode(value),
  version: Number(version),
})

export interface WireEvent {
  /** Absent: PUT, as the gateway leaves out what is 0. */
  readonly type?: 'PUT' | 'DELETE'
  readonly kv?: WireEntry
}

export function readEvent({ type, kv = {} }: WireEvent): KeyEvent {
  const { key, value, version } = readEntry(kv)
  return type === 'DELETE' ? { key, version } : { key, value, version }
}

export const writeTransaction = ({ unchanged, put, remove = [] }: Wish): object => ({
  compare: unchanged.map(([key, version]) => ({
    target: 'MOD',
    result: 'EQUAL',
    key: encode(key),
    mod_revision: String(version),
  })),
  success: [
    ...put.map(({ key, value, lease }) => ({
      request_put: { key: encode(key), value: encode(value), ...(lease === undefined ? {} : { lease }) },
    })),
    ...remove.map(key => ({ request_delete_range: { key: encode(key) } })),
  ],
})

/** The whole lines of a stream of text that comes in pieces. */
export class Lines {
  private rest = ''

  take(piece: string): readonly string[] {
    const lines = (this.rest + piece).split('\n')
    this.rest = lines.pop() ?? ''
    return lines.filter(line => line.trim() !== '')
  }
}
