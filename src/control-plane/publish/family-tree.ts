// The part of a geo database that is about one family, as maps are made of it; without a database one position, which is nothing.
import type { Family } from '../../dns/address.js'
import type { ClientClass } from '../geo/client-class.js'
import type { GeoDatabase } from '../geo/database.js'

const NOWHERE: ClientClass = {}

export class FamilyTree {
  readonly root: number
  readonly nothing: number
  private readonly database: GeoDatabase | undefined
  /** Whether nothing is asked of a place but where it is. */
  private readonly byLocation: boolean

  /** @param byLocation see `goesByLocation` of steerings.ts */
  constructor(database: GeoDatabase | undefined, family: Family, byLocation = false) {
    this.database = database
    this.byLocation = byLocation
    this.nothing = database?.nodeCount ?? 0
    this.root = database?.root(family) ?? this.nothing
  }

  step(at: number, bit: 0 | 1): number {
    return at < this.nothing ? this.database!.child(at, bit) : at // without a database nothing is below `nothing`
  }

  place(at: number): ClientClass {
    if (at <= this.nothing) return NOWHERE
    const database = this.database! // records come from one
    return this.byLocation ? database.placeForDistances(at) : database.placeForPolicies(at)
  }
}
