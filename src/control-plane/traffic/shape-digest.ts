// A schema by its digest: how one that has a check from the build is told from one that has changed since.
import { createHash } from 'node:crypto'

export const shapeDigest = (schema: object): string => createHash('sha256').update(JSON.stringify(schema)).digest('hex')
