// How checks of shapes are made, by the program and by its build alike.
import type { Options } from 'ajv'

export const SHAPE_OPTIONS: Options = {
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  ownProperties: true,
  strictTuples: false,
}
