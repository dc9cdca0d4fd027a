// /v1/health: what the prober knows of every region.
import { HEALTHS } from '../api-region.js'
import { heldBy, regionHealth } from '../region-view.js'
import { described, type Routes } from '../route.js'

export const health: Routes = (app, port) => {
  app.get('/health', { schema: SHOW }, async () => {
    const [known, held] = [port.health(), port.overrides.holding()]
    const regions = [...port.store.current().document.regions.values()]
    return {
      regions: regions.map(region => ({
        region: region.id,
        ...heldBy(held.get(region.id)),
        ...regionHealth(region, known.get(region.id)),
      })),
    }
  })
}

const SHOW = described({
  operationId: 'getHealth',
  summary: 'The health of every region',
  tag: 'regions',
  reply: HEALTHS,
})
