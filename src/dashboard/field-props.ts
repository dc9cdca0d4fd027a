// What every field for a value of the document is given.
import type { ComponentType } from 'preact'
import type { Schema } from './completion.js'

export interface FieldProps {
  readonly label: string
  readonly schema: Schema
  readonly value: unknown
  /** What is around it has said already what it is. */
  readonly bare?: boolean
  /** Keys of a map that are not to be filled in here. */
  readonly without?: readonly string[]
  /** Undefined where nothing is written any more. */
  readonly onChange: (value: unknown) => void
}

/** Fields of several values, and what each of them is written in. */
export interface SeveralProps extends FieldProps {
  readonly Inner: ComponentType<FieldProps>
}
