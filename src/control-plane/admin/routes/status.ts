// /v1/status: the state of this node.
import { STATUS } from '../api-status.js'
import { described, type Routes } from '../route.js'
import { statusView } from '../status-view.js'

export const status: Routes = (app, port) => {
  app.get('/status', { schema: SHOW }, async () => statusView(port, Date.now()))
}

const SHOW = described({
  operationId: 'getStatus',
  summary: 'The state of this node',
  description:
    'While the traffic document is broken where it is kept, everything that is wrong with it is here, with its place.',
  tag: 'node',
  reply: STATUS,
})
