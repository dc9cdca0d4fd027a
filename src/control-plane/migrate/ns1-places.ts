// The regions of the world that NS1 knows, in the words of rules, and about where the middle of each is.

interface Georegion {
  /** Client keys. */
  readonly clients: readonly string[]
  /** Degrees. */
  readonly location?: readonly [latitude: number, longitude: number]
}

/** Those of the United States are told apart by the distance to a town in each: which states each has is not said by the API. */
export const GEOREGIONS: Readonly<Record<string, Georegion>> = {
  AFRICA: { clients: ['continent:AF'] },
  ASIAPAC: { clients: ['continent:AS', 'continent:OC'] },
  EUROPE: { clients: ['continent:EU'] },
  'SOUTH-AMERICA': { clients: ['continent:SA'] },
  'US-CENTRAL': { clients: ['US'], location: [41.9, -93.1] },
  'US-EAST': { clients: ['US'], location: [39, -77.5] },
  'US-WEST': { clients: ['US'], location: [39.5, -119.8] },
}
