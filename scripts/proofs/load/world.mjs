// Twenty regions and their clients, for a day of load: real networks of the real database, asking by their local time.
import { bundledDatabases } from '../../../dist/control-plane/geo/bundled.js'
import { GeoLibrary } from '../../../dist/control-plane/geo/library.js'
import { localMapMaker } from '../../../dist/control-plane/publish/map-maker.js'
import { Publisher } from '../../../dist/control-plane/publish/publisher.js'
import { readTraffic } from '../../../dist/control-plane/traffic/parse.js'
import { parseAddress } from '../../../dist/dns/address.js'

/** Where clouds have their regions, and how large each is: a part of all that is asked for at once at the busiest time. */
const REGIONS = {
  virginia: [38.9, -77.4, 11],
  ohio: [40.0, -83.0, 7],
  iowa: [41.6, -93.6, 6],
  oregon: [45.6, -121.2, 8],
  california: [37.4, -121.9, 7],
  montreal: [45.5, -73.6, 4],
  'sao-paulo': [-23.5, -46.6, 5],
  santiago: [-33.4, -70.7, 3],
  dublin: [53.3, -6.3, 7],
  london: [51.5, -0.1, 8],
  frankfurt: [50.1, 8.7, 10],
  stockholm: [59.3, 18.1, 5],
  madrid: [40.4, -3.7, 5],
  bahrain: [26.1, 50.6, 4],
  johannesburg: [-26.2, 28.0, 4],
  mumbai: [19.1, 72.9, 8],
  singapore: [1.3, 103.8, 8],
  'hong-kong': [22.3, 114.2, 9],
  tokyo: [35.7, 139.7, 10],
  sydney: [-33.9, 151.2, 5],
}
export const IDS = Object.keys(REGIONS)
export const REGION_LIST = IDS.map(id => ({
  id,
  location: { latitude: REGIONS[id][0], longitude: REGIONS[id][1] },
}))
const PARTS = Object.values(REGIONS).reduce((sum, [, , part]) => sum + part, 0)

/** What a region can carry, where all of them can carry `total`. */
export const capacityOf = (id, total) => (REGIONS[id][2] / PARTS) * total

const DOCUMENT = `
regions:
${IDS.map((id, i) => `  ${id}: { location: [${REGIONS[id].slice(0, 2)}], addresses: [192.0.2.${i + 1}] }`).join('\n')}
policies: { balanced: [distance, balance] }
zones:
  example.com: { nameservers: [ns.example.net], records: { api: { steer: balanced } } }
`

export const openLibrary = () => GeoLibrary.open(bundledDatabases())

/** The real publisher over the real database; only scopes are left as fine as they begin. */
export async function makeWorld(library) {
  const { document } = readTraffic(DOCUMENT, 'traffic.yaml', { serial: 1 })
  const onProblem = (what, error) => {
    throw new Error(what, { cause: error })
  }
  const maps = { ...localMapMaker(), widen: async (_, base) => base }
  const publisher = new Publisher({ maps, publish: () => undefined, onProblem })
  await publisher.setDatabases(library.byFamily())
  await publisher.setDocument(document)
  return { document, publisher }
}

/** Networks that the database places, each with what it weighs: few are large, and most are small. */
export function clientsIn(locate, count, random) {
  const clients = []
  while (clients.length < count) {
    const text = `${1 + Math.floor(random() * 222)}.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`
    const address = parseAddress(`${text}.0`)
    const location = locate(address)?.place?.location
    if (location === undefined) continue
    clients.push({ text: `${text}.0/24`, address, location, weight: (1 - random()) ** -0.4 })
  }
  const all = clients.reduce((sum, { weight }) => sum + weight, 0)
  return clients.map(client => ({ ...client, weight: client.weight / all }))
}

/** How busy a client is, 0 to 1: by its own time of day, quiet at five in the morning, busy at eight in the evening. */
export function busyness({ longitude }, hour) {
  const local = (hour + longitude / 15 + 48) % 24
  const day = (hours, period) => Math.cos((2 * Math.PI * (local - hours)) / period)
  return 0.58 + 0.34 * day(18, 24) + 0.08 * day(20, 12)
}
