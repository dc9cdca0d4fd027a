// Where the people of the world are, as networks: those of a country lie evenly over the address space that is located in it,
// and together weigh as many people as it has.
import type { AddressBytes, Family } from '../../dns/address.js'
import { COUNTRIES } from '../geo/countries.js'
import type { Locate } from '../geo/library.js'
import { countrySpace, GRIDS, type Stretch } from './country-space.js'
import type { Weighed } from './weighed.js'

export interface Population {
  /** Weighed by people. */
  readonly networks: readonly Weighed[]
  /** Codes of the countries whose people are left out, since no address is located there. Most people first. */
  readonly unplaced: readonly string[]
}

/** Of each country so many networks of a family, */
const LEAST = 8
/** and, by its people, its part of so many. */
const SHARED = 2048

/** Clients of both families count the same, as they do by addresses; in a country that has but one, all are of that. */
const FAMILIES = [4, 6] as const

/** Some seconds with a database of all cities; others have their turns. */
export async function placePopulation(locate: Locate): Promise<Population> {
  const byFamily = { 4: await countrySpace(4, locate), 6: await countrySpace(6, locate) }
  const networks: Weighed[] = []
  const unplaced: string[] = []
  for (const [country, people] of PEOPLED) {
    const families = FAMILIES.filter(family => byFamily[family].has(country))
    if (families.length === 0) unplaced.push(country)
    for (const family of families) {
      const own = spread(byFamily[family].get(country)!, mostOf(people), family)
      networks.push(...own.map(bytes => ({ bytes, weight: people / families.length / own.length })))
    }
  }
  return { networks, unplaced }
}

/** The countries that have people, most first. */
const PEOPLED = [...COUNTRIES]
  .map(([code, { population }]) => [code, population] as const)
  .filter(([, people]) => people > 0)
  .sort(([, a], [, b]) => b - a)

const ALL = PEOPLED.reduce((sum, [, people]) => sum + people, 0)

const mostOf = (people: number): number => LEAST + Math.round((SHARED * people) / ALL)

/** So many networks at the most, in the middles of equal parts of the space. */
function spread(stretches: readonly Stretch[], most: number, family: Family): readonly AddressBytes[] {
  const all = stretches.reduce((sum, { blocks }) => sum + blocks, 0)
  const count = Math.min(most, all)
  const found: AddressBytes[] = []
  let before = 0
  for (const { from, blocks } of stretches) {
    while (found.length < count) {
      const at = Math.floor(((found.length + 0.5) * all) / count)
      if (at >= before + blocks) break
      found.push(GRIDS[family].network(from + at - before))
    }
    before += blocks
  }
  return found
}

/** The population by the databases of now: placed when it is first asked for, and again when there are others. */
export class PlacedPopulation {
  private readonly locate: () => Promise<Locate>
  private readonly databases: () => string
  private placed: { readonly by: string; readonly population: Promise<Population> } | undefined

  /** @param databases another string for others */
  constructor(locate: () => Promise<Locate>, databases: () => string) {
    this.locate = locate
    this.databases = databases
  }

  /** @throws GeoDatabaseError or the system's error; the next one tries again */
  get(): Promise<Population> {
    const by = this.databases()
    if (this.placed?.by === by) return this.placed.population
    const placed = { by, population: this.locate().then(placePopulation) }
    placed.population.catch(() => {
      if (this.placed === placed) this.placed = undefined
    })
    this.placed = placed
    return placed.population
  }
}
