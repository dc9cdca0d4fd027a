// What each client must be answered, by brute force: its place from the database, and all regions sorted by distance.
import { readFileSync } from 'node:fs'
import { bundledDatabases } from '../../../dist/control-plane/geo/bundled.js'
import { openDatabase } from '../../../dist/control-plane/geo/database.js'
import { BUILT_IN, rank } from '../../../dist/control-plane/policies/policy.js'
import { random } from '../../bench/query.mjs'

/** `count` addresses whose place is known, each with `regions` (`{ id, location }`) as places in the list, nearest first. */
export function drawClients(count, regions, seed) {
  const databases = bundledDatabases().map(file => openDatabase(readFileSync(file), file))
  const database = databases.find(one => one.root(4) !== undefined)
  const draw = random(seed)
  const known = new Map()
  const clients = []
  while (clients.length < count) {
    const address = Uint8Array.from({ length: 4 }, () => Math.floor(draw() * 256))
    const record = find(database, address)
    if (record === undefined) continue
    if (!known.has(record)) known.set(record, order(database.place(record), regions))
    const nearest = known.get(record)
    if (nearest !== undefined) clients.push({ address, nearest })
  }
  return clients
}

function find(database, address) {
  let at = database.root(4)
  for (let i = 0; i < 32 && at < database.nodeCount; i++)
    at = database.child(at, (address[i >> 3] >> (7 - (i & 7))) & 1)
  return at > database.nodeCount ? at : undefined
}

/** Undefined where two regions are equally far: then a draw decides, which is not what is proved here. */
function order(place, regions) {
  const tiers = rank(BUILT_IN[0], regions, place)
  if (tiers.some(tier => tier.length > 1)) return undefined
  return Uint8Array.from(tiers, ([{ id }]) => regions.findIndex(region => region.id === id))
}
