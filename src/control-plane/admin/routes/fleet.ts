// /v1/fleet: who else is here, and whether all answer alike.
import { FLEET, type FleetView } from '../api-fleet.js'
import { fleetView } from '../fleet-view.js'
import { described, type Routes } from '../route.js'

export const fleet: Routes = (app, port) => {
  app.get('/fleet', { schema: SHOW }, async (): Promise<FleetView> => fleetView(port.fleet()))
}

const SHOW = described({
  operationId: 'getFleet',
  summary: 'The nodes of the fleet, and whether they agree',
  description: 'As this node sees it. A node that is alone has none.',
  tag: 'node',
  reply: FLEET,
})
