// What is compiled, timed in a process of its own: maps of the City data that come with Meridian, and the names of a zone. Says it as
// one line of JSON: a list of { what, value, unit }.
import { setImmediate as turn } from 'node:timers/promises'
import { bundledDatabases } from '../../dist/control-plane/geo/bundled.js'
import { GeoLibrary } from '../../dist/control-plane/geo/library.js'
import { localMapMaker } from '../../dist/control-plane/publish/map-maker.js'
import { Publisher } from '../../dist/control-plane/publish/publisher.js'
import { readTraffic } from '../../dist/control-plane/traffic/parse.js'
import { Remembered } from '../../dist/control-plane/traffic/remembered.js'
import { trafficDocument } from './servers/meridian.mjs'
import { REGIONS, staticAddress } from './world.mjs'

const [names = '100000'] = process.argv.slice(2)
const STATICS = Number(names)
const told = []
/** As a node has it, which takes over what an edit leaves as it was. */
const remembered = new Remembered()

async function timed(what, run) {
  const start = performance.now()
  const result = await run()
  told.push({ what, value: performance.now() - start, unit: 'ms' })
  return result
}

function read(text) {
  const { document, problems } = readTraffic(text, 'traffic.yaml', { serial: 1, remembered })
  if (document === undefined) throw new Error(JSON.stringify(problems))
  return document
}

const publisher = new Publisher({
  maps: localMapMaker(),
  publish: () => {},
  onProblem: (what, error) => {
    throw new Error(what, { cause: error })
  },
})
const widened = async () => {
  while (!publisher.current().widened) await turn()
}

const small = { statics: 1, steered: 1 }
const geo = await timed('City databases of both families read', () => GeoLibrary.open(bundledDatabases()))
await publisher.setDatabases(geo.byFamily())
await timed(`a map of ${REGIONS.length} regions for both families`, async () => {
  await publisher.setDocument(read(trafficDocument(small)))
})
await widened()
const lost = { address: REGIONS[0].address, up: false, since: 0, changeInMs: Infinity, checks: [] }
await timed('a region lost, and its scopes made as wide as they can be', async () => {
  publisher.setHealth(new Map([[REGIONS[0].id, [lost]]]))
  await widened()
})
await timed('two other maps, when one is there', async () => {
  await publisher.setDocument(read(trafficDocument({ ...small, steered: 2 }, { maps: 2 })))
  await widened()
})

const large = trafficDocument({ statics: STATICS, steered: 0 })
const size = STATICS.toLocaleString('en')
const document = await timed(`a document of ${size} names read`, () => read(large))
await timed(`its ${size} names compiled`, () => publisher.setDocument(document))
const edited = read(large.replace(`data: ${staticAddress(7)} `, 'data: 203.0.113.7 '))
await timed('one of them changed and compiled', () => publisher.setDocument(edited))
await publisher.close()
geo.close()
console.log(JSON.stringify(told))
