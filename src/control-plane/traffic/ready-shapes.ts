// Checks of shapes that are ready when the program starts. Making one of a schema takes longer than everything that it will ever
// check at a start, so the build makes those that a start needs, and puts them in this module's place (scripts/ready-shapes.mjs).
import type { ValidateFunction } from 'ajv'

/** Undefined where there is none for this very schema, as it is now: it is made when it is needed. */
export const readyShape = (_schema: object): ValidateFunction | undefined => undefined
