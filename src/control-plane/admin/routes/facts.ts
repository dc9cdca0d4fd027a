// /v1/facts: plain facts that safety rules ask for, told by people and by programs that know.
import type { Static } from 'typebox'
import { nearest } from '../../traffic/suggest.js'
import { FACT, FACT_KEY, FACT_SPAN, FACT_WISH, FACTS, type FactView } from '../api-fact.js'
import { callerOf } from '../caller.js'
import { factView } from '../fact-view.js'
import { PAGE_QUERY, type PageQuery, pageOf, sparse } from '../page.js'
import type { AdminPort } from '../port.js'
import { ApiProblem } from '../problems.js'
import { described, type Routes } from '../route.js'

type Key = Static<typeof FACT_KEY>

export const facts: Routes = (app, port) => {
  const { safety } = port

  app.get<{ Querystring: PageQuery }>('/facts', { schema: LIST }, async ({ query }) => {
    const { items, ...rest } = pageOf(safety.factNames(), query, name => name)
    const views = items.map(name => show(port, name))
    return { facts: sparse(views, query.fields, FACT), ...rest }
  })

  app.get<{ Params: Key }>('/facts/:fact', { schema: ONE }, async ({ params: { fact } }) =>
    show(port, known(port, fact)),
  )

  app.put<{ Params: Key; Body: Static<typeof FACT_WISH> }>('/facts/:fact', { schema: PUT }, async request => {
    const { holds, reason, for: span } = request.body
    const forMs = FACT_SPAN.read(span)
    const name = known(port, request.params.fact)
    const actor = callerOf(request).name
    if (holds) await safety.setFact(name, { actor, reason, forMs })
    else await safety.clearFact(name)
    request.log.info({ actor, fact: { name, holds }, reason }, `${name} ${holds ? 'holds' : 'does not hold'}`)
    return show(port, name)
  })
}

function show({ safety, store }: AdminPort, name: string): FactView {
  const holding = safety.holding().find(fact => fact.name === name)
  return factView(store.current().document, name, holding)
}

/** A fact that no rule asks for is a slip of the pen: nothing would ever come of it. */
function known({ safety }: AdminPort, name: string): string {
  const names = safety.factNames()
  if (names.includes(name)) return name
  const suggestion = nearest(name, names)
  const hint = suggestion === undefined ? '' : ` (did you mean "${suggestion}"?)`
  throw new ApiProblem('fact-not-found', `no safety rule asks for "${name}"${hint}`)
}

const TAG = 'safety'

const LIST = described({
  operationId: 'listFacts',
  summary: 'The facts that safety rules ask for',
  tag: TAG,
  reply: FACTS,
  querystring: PAGE_QUERY,
  problems: ['request-invalid'],
})

const ONE = described({
  operationId: 'getFact',
  summary: 'One fact',
  tag: TAG,
  reply: FACT,
  params: FACT_KEY,
  problems: ['fact-not-found'],
})

const PUT = described({
  operationId: 'putFact',
  summary: 'Say that a fact holds, or does not',
  description:
    'For gates among the safety rules: whoever, or whatever program, knows that the database was promoted says so here. It survives a restart, and moves no traffic by itself.',
  tag: TAG,
  scope: 'operate',
  reply: FACT,
  params: FACT_KEY,
  body: FACT_WISH,
  problems: ['fact-not-found', 'request-invalid', 'body-too-large', 'media-type-unsupported'],
})
