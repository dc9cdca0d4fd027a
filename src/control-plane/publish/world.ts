// A document compiled: its names, and a map for each of its steerings.
import type { TrafficDocument } from '../traffic/document.js'
import type { MapMaker, MapPair } from './map-maker.js'
import type { CompiledNames } from './names.js'

/** Everything that a snapshot is made of, besides health. */
export interface World {
  readonly document: TrafficDocument
  readonly names: CompiledNames
  /** By SteeringSpec.mapKey. */
  readonly maps: ReadonlyMap<string, MapPair>
}

interface Makers {
  readonly known: World['maps']
  readonly maps: MapMaker
  readonly names: () => CompiledNames | Promise<CompiledNames>
}

export async function compileWorld(
  document: TrafficDocument,
  { known, maps: maker, names: make }: Makers,
): Promise<World> {
  const names = await make()
  const maps = new Map<string, MapPair>()
  for (const { mapKey, map } of names.steerings) {
    if (!maps.has(mapKey)) maps.set(mapKey, known.get(mapKey) ?? (await maker.compile(map)))
  }
  if ([...maps.keys()].some(key => !known.has(key))) maker.letGo()
  return { document, names, maps }
}
