// Clients that get nothing here, and that another system takes to be among others, who get something.
import { EVERYBODY } from '../geo/client-key.js'
import { endpoints, type Gives } from '../health/endpoints.js'
import type { Plan } from './plan.js'
import type { Told } from './told.js'

/** @param types what is asked for, and as which type */
export function tellMissing({ name, orders }: Plan, types: readonly (readonly [Gives, string])[], told: Told): void {
  for (const [gives, type] of types) {
    const has = [...orders].map(
      ([key, order]) =>
        [key, order.flat().some(({ region }) => endpoints(region).some(one => one.gives === gives))] as const,
    )
    const without = has.filter(([key, any]) => !any && key !== EVERYBODY).map(([key]) => key)
    if (without.length > 0 && without.length < has.length)
      told.lose(
        `${name} ${type}`,
        `${without.join(', ')}: such clients fall under a broader rule, and get no records here`,
      )
  }
}
