// /v1/rates: how much was asked and answered over the last minutes, hours and days.
import type { Static } from 'typebox'
import { RATES, RATES_SPAN } from '../api-rates.js'
import { described, type Routes } from '../route.js'

export const rates: Routes = (app, port) => {
  app.get<{ Querystring: Static<typeof RATES_SPAN> }>('/rates', { schema: SHOW }, async ({ query: { span = '15m' } }) =>
    port.rates(span),
  )
}

const SHOW = described({
  operationId: 'getRates',
  summary: 'How much was asked and answered',
  description: 'Kept by this node since it was started, in rings of a fixed size. For longer, collect /metrics.',
  tag: 'node',
  reply: RATES,
  querystring: RATES_SPAN,
  problems: ['request-invalid'],
})
