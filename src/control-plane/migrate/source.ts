// Files of another system, as texts.

export interface Source {
  /** The path that it was found at. */
  readonly name: string
  readonly text: string
}
