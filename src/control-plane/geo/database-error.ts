// What is wrong with a geo database file, in one sentence that names the file.

/** A file that is no MaxMind DB, or a damaged one. */
export class GeoDatabaseError extends Error {
  override readonly name = 'GeoDatabaseError'
  readonly file: string

  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`)
    this.file = file
  }
}
