// The dashboard: the files that its build made, read once and served from memory, under a policy that lets nothing else in.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { DASHBOARD_POLICY } from './headers.js'

/** The build's folder, seen from src/ as from dist/. */
export const DASHBOARD_FOLDER = fileURLToPath(new URL('../../../dist/dashboard/', import.meta.url))

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}

export interface PageFile {
  /** `/assets/index-3f2a.js`; `/` for the page itself. */
  readonly path: string
  readonly type: string
  readonly plain: Buffer
  readonly gzipped: Buffer
  readonly etag: string
}

/** What is in the folder of a build; nothing where there was none. */
export function readPage(folder: string): readonly PageFile[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && TYPES[extname(entry.name)] !== undefined)
    .map(entry => {
      const file = join(entry.parentPath, entry.name)
      const path = `/${relative(folder, file).replaceAll('\\', '/')}`
      const plain = readFileSync(file)
      return {
        path: path === '/index.html' ? '/' : path,
        type: TYPES[extname(entry.name)]!,
        plain,
        gzipped: gzipSync(plain, { level: 9 }),
        etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 16)}"`,
      }
    })
}

/** Routes for the files of a build. Names under /assets change with what is in them, so they may be kept for ever. */
export function dashboard(app: FastifyInstance, files: readonly PageFile[]): void {
  for (const { path, type, plain, gzipped, etag } of files) {
    const keep = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
    app.get(path, { schema: { hide: true } }, async ({ headers }, reply) => {
      reply.headers({
        'Cache-Control': keep,
        'Content-Security-Policy': DASHBOARD_POLICY,
        ETag: etag,
        Vary: 'Accept-Encoding',
      })
      if (headers['if-none-match'] === etag) return reply.status(304).send()
      if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.type(type).send(plain)
      return reply.type(type).header('Content-Encoding', 'gzip').send(gzipped)
    })
  }
}
