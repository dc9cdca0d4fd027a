// A list as it is kept over a restart, whose members are numbered as they come: an id is given once.

export type KeptList<Key extends string, One> = { readonly [K in Key]: readonly One[] } & {
  /** The id of the next one. */
  readonly next: number
}

/** Whether a value is such a list: what comes back from a file is not believed on its word. */
export const isKeptList =
  <Key extends string, One>(key: Key, isOne: (value: unknown) => value is One) =>
  (value: unknown): value is KeptList<Key, One> => {
    if (typeof value !== 'object' || value === null) return false
    const { next, [key]: list } = value as { readonly next?: unknown } & { readonly [K in Key]?: unknown } // any object may be read so
    return Number.isSafeInteger(next) && Array.isArray(list) && list.every(isOne)
  }
