// The version word: one shared integer that says which snapshot is the newest. Readers compare it, and never wait.

export type VersionWord = Int32Array

export const makeVersionWord = (): VersionWord => new Int32Array(new SharedArrayBuffer(4))

export const newestVersion = (word: VersionWord): number => Atomics.load(word, 0)

/** Called after the snapshot has been handed over, so that whoever sees the number finds the snapshot. */
export const announceVersion = (word: VersionWord, version: number): void => {
  Atomics.store(word, 0, version)
}
