// Writes the types of the dashboard's client, made of the OpenAPI document that a server of this build serves: run `npm run build`
// first. A part of `npm run types`, and so of `npm test`; half a megabyte that is never older than the server is not kept in git.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTypes, { astToString } from 'openapi-typescript'
import { servedApi } from './site/served-api.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = new URL('../.types/', import.meta.url)

const types = await openapiTypes(await servedApi(ROOT), { immutable: true, emptyObjectsUnknown: true })
mkdirSync(FOLDER, { recursive: true })
writeFileSync(new URL('api-paths.d.ts', FOLDER), astToString(types))
