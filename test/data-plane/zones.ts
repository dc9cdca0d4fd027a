// Zones as master files, asked by name in presentation form, and answers as lines: for tests of what a zone means.
import { parseTraffic } from '../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../src/control-plane/traffic/problem.js'
import { decodeMessage, encodeQuery, formatRecord, type Message } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { rcodeName, typeNumber } from '../../src/dns/numbers.js'
import { readZoneFile } from '../../src/dns/zonefile.js'
import { World } from '../world.js'

const HEAD = '$TTL 60\n@ SOA ns.other.test. hostmaster.other.test. 1 7200 900 1209600 60\n@ NS ns.other.test.\n'

/** A world of zones, each the lines of a master file under its origin; SOA and NS are added. */
export function zonesOf(files: Readonly<Record<string, string>>): Promise<World> {
  const zones = Object.fromEntries(Object.keys(files).map(origin => [origin, { file: origin }]))
  const readZone = (file: string, origin: Uint8Array) => readZoneFile(HEAD + files[file], { file, origin })
  const parsed = parseTraffic({ zones }, { serial: 1, readZone })
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return World.of(parsed.document)
}

export interface Told {
  readonly rcode: string
  readonly aa: boolean
  /** `owner TTL class type data` */
  readonly answer: readonly string[]
  readonly authority: readonly string[]
  readonly additional: readonly string[]
}

export function ask(world: World, name: string, type: string, tcp = false): Told {
  return tell(
    decodeMessage(world.respond(encodeQuery({ name: parseName(name), type: typeNumber(type)!, edns: true }), { tcp })),
  )
}

const tell = ({ rcode, authoritative, answers, authorities, additionals }: Message): Told => ({
  rcode: rcodeName(rcode),
  aa: authoritative,
  answer: answers.map(formatRecord),
  authority: authorities.map(formatRecord),
  additional: additionals.map(formatRecord),
})

/** Owner, type and data of each record, all zones' names cut down to what stands before the origin. */
export const short = (records: readonly string[], origin: string): readonly string[] =>
  records.map(line =>
    line.replace(/ \d+ IN /, ' ').replaceAll(new RegExp(`\\.?${origin.replaceAll('.', '\\.')}\\.(?= |$)`, 'g'), '@'),
  )
