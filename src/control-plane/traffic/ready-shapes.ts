// Checks of shapes that are ready when the program starts. Making one of a schema takes longer than everything that it will ever
// check at a start, so the build makes those that a start needs, and puts them in this module's place (scripts/ready-shapes.mjs).
import { createHash } from 'node:crypto'
import type { ValidateFunction } from 'ajv'

/** By the digest of the schema: one that has changed since the build is not found, and made when it is needed. */
const READY: ReadonlyMap<string, ValidateFunction> = new Map()

/** Undefined where there is none for this very schema. */
export const readyShape = (schema: object): ValidateFunction | undefined =>
  READY.size === 0 ? undefined : READY.get(shapeDigest(schema))

export const shapeDigest = (schema: object): string => createHash('sha256').update(JSON.stringify(schema)).digest('hex')
