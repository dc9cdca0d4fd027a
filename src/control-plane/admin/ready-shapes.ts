// Checks of requests that are ready when the first one comes. Making the first takes longer than all else that an order sets off, so
// the build makes those of the API, and puts them in this module's place (scripts/ready-shapes.mjs).
import type { ValidateFunction } from 'ajv'

/** Undefined where there is none for this very schema, as it is now: it is made when it is needed. */
export const readyShape = (_schema: object): ValidateFunction | undefined => undefined
