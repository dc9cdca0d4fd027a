// /v1/checks: tell a push check about what it stands for.
import { CHECK_KEY, CHECK_STATE, type CheckState } from '../api-check.js'
import { ALIVE } from '../api-status.js'
import { pushCheckNamed } from '../lookup.js'
import { ApiProblem } from '../problems.js'
import { reasonOf } from '../reason-of.js'
import { described, type Routes } from '../route.js'

interface Key {
  readonly check: string
}

export const checks: Routes = (app, port) => {
  app.post<{ Params: Key; Body: CheckState }>('/checks/:check/state', { schema: TELL }, async request => {
    const { check } = request.params
    const { up, address } = request.body
    const reason = reasonOf(request)
    pushCheckNamed(port.store.current().document, check)
    const told = { up, at: Date.now(), ...(reason === undefined ? {} : { reason }) }
    if (!port.prober.tell(check, address, told))
      throw new ApiProblem('check-not-told', `${address ?? 'no address'} is not checked by "${check}"`)
    return { status: 'told' }
  })
}

const TELL = described({
  operationId: 'tellCheck',
  scope: 'operate',
  summary: 'Tell a push check about its state',
  description:
    'It is judged at once, and believed for as long as the check allows (max-age); tell it again before that. Without an address it is told of all.',
  tag: 'regions',
  reply: ALIVE,
  params: CHECK_KEY,
  body: CHECK_STATE,
  problems: ['check-not-found', 'check-not-told', 'request-invalid', 'body-too-large', 'media-type-unsupported'],
})
