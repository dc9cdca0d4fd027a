// /v1/signals: what load balancers and users see of a region.
import type { Seen } from '../../health/signal.js'
import { SIGNAL, type SignalWish } from '../api-signal.js'
import { ALIVE } from '../api-status.js'
import { regionNamed } from '../lookup.js'
import { ApiProblem } from '../problems.js'
import { described, type Routes } from '../route.js'
import { requireRegions } from '../within.js'

export const signals: Routes = (app, port) => {
  app.post<{ Body: SignalWish }>('/signals', { schema: SIGNALLED }, async request => {
    const { body } = request
    const { region, source, address, reason } = body
    const { document } = port.store.current()
    regionNamed(document, region)
    requireRegions(request, [region], document.regions)
    const signal = {
      source,
      at: Date.now(),
      seen: seenOf(body),
      ...(address === undefined ? {} : { address }),
      ...(reason === undefined ? {} : { reason }),
    }
    if (!port.prober.signal(region, signal)) {
      const what = address === undefined ? `"${region}" has` : `${address} of "${region}" has`
      throw new ApiProblem('signal-not-heard', `${what} no passive check`)
    }
    return { status: 'heard' }
  })
}

/** One of the two ways to say it, and not both. @throws ApiProblem */
function seenOf({ failing, errorRate, samples }: SignalWish): Seen {
  if (failing !== undefined && errorRate === undefined && samples === undefined) return { kind: 'verdict', failing }
  if (failing === undefined && errorRate !== undefined && samples !== undefined)
    return { kind: 'errors', errorRate, samples }
  throw new ApiProblem('request-invalid', 'a signal has either "failing", or "errorRate" with "samples"')
}

const SIGNALLED = described({
  operationId: 'signal',
  scope: 'operate',
  bounded: true,
  summary: 'Tell what a load balancer, or its users, see of a region',
  description:
    'It is heard by the passive checks of the region, and believed for as long as they say (max-age): tell it again before that. Either `failing`, or `errorRate` with `samples`. A signal is a vote: it makes other checks of the region find failures sooner, and takes nothing out by itself unless a check says `alone: true`.',
  tag: 'regions',
  reply: ALIVE,
  body: SIGNAL,
  problems: ['region-not-found', 'signal-not-heard', 'request-invalid', 'body-too-large', 'media-type-unsupported'],
})
