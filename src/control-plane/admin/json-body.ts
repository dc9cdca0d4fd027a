// Bodies are JSON or nothing: also a merge patch (RFC 7396), an empty one of a caller that always says JSON, a document's YAML, or a table's CSV.
import type { FastifyInstance } from 'fastify'

/** RFC 9512. */
export const YAML = 'application/yaml'

/** RFC 4180. */
export const CSV = 'text/csv'

export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (request, body: string, done) => {
      if (body.trim() === '') done(null, undefined)
      else parse(request, body, done)
    },
  )
  app.addContentTypeParser(CSV, { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.addContentTypeParser(YAML, { parseAs: 'string' }, (_request, body, done) => done(null, body))
}
