// /openapi.json, /docs and /problems/TYPE: the API tells what it can do.
import type { FastifyInstance } from 'fastify'
import { docsPage } from './docs-page.js'
import { DOCS_STYLE } from './docs-style.js'
import { pagePolicy } from './headers.js'
import type { ApiDocument } from './openapi-document.js'
import { ApiProblem, PROBLEMS } from './problems.js'

/** Made once, when they are first asked for: routes do not change while the server runs. */
export function documentation(app: FastifyInstance): void {
  let page: string | undefined
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  app.get('/docs', { schema: { hide: true } }, async (_request, reply) => {
    const document: unknown = app.swagger()
    page ??= docsPage(document as ApiDocument) // made by our own options, see openapi.ts
    return reply.header('Content-Security-Policy', pagePolicy(DOCS_STYLE)).type('text/html; charset=utf-8').send(page)
  })
  app.get<{ Params: { type: string } }>('/problems/:type', { schema: { hide: true } }, async ({ params }, reply) => {
    if (!Object.hasOwn(PROBLEMS, params.type))
      throw new ApiProblem('route-not-found', 'there is no such type of problem')
    return reply.redirect(`/docs#problem-${params.type}`)
  })
}
