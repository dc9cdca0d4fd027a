// Bodies are JSON or nothing: also a merge patch (RFC 7396), an empty one of a caller that always says JSON, or a document's YAML.
import type { FastifyInstance } from 'fastify'

/** RFC 9512. */
export const YAML = 'application/yaml'

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
  app.addContentTypeParser(YAML, { parseAs: 'string' }, (_request, body, done) => done(null, body))
}
