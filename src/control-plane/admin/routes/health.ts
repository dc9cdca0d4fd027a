// /v1/health: what the prober knows of every region.
import { HEALTH_IN_FULL, HEALTHS, REGION_KEY } from '../api-region.js'
import { regionNamed } from '../lookup.js'
import { healthInFull, heldBy, regionHealth } from '../region-view.js'
import { described, type Routes } from '../route.js'

export const health: Routes = (app, port) => {
  app.get('/health', { schema: SHOW }, async () => {
    const [known, held, said] = [port.health(), port.overrides.holding(), port.overrides.holdingAddresses()]
    const regions = [...port.store.current().document.regions.values()]
    return {
      regions: regions.map(region => ({
        region: region.id,
        ...heldBy(held.get(region.id)),
        ...regionHealth(region, known.get(region.id), said.get(region.id)),
      })),
    }
  })

  app.get<{ Params: { readonly id: string } }>('/health/:id', { schema: ONE }, async ({ params: { id } }) => {
    const { document } = port.store.current()
    const region = regionNamed(document, id)
    const held = heldBy(port.overrides.holding().get(id))
    const said = port.overrides.holdingAddresses().get(id)
    return { region: id, ...held, ...healthInFull(region, document.checks, port.health().get(id), port.prober, said) }
  })
}

const ONE = described({
  operationId: 'getRegionHealth',
  summary: 'The health of one region, with the last results of each check',
  tag: 'regions',
  reply: HEALTH_IN_FULL,
  params: REGION_KEY,
  problems: ['region-not-found'],
})

const SHOW = described({
  operationId: 'getHealth',
  summary: 'The health of every region',
  tag: 'regions',
  reply: HEALTHS,
})
