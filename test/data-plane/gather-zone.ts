// A signed zone gathered from answers, name by name along its NSEC records (RFC 4034 §4), as tools that verify whole zones want it.
import { formatRecord, type Message } from '../../src/dns/message.js'
import { formatName, type Name, parseName } from '../../src/dns/name.js'
import { TYPE, typeName, typeNumber } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { askByTcp } from '../end-to-end/dns-client.js'

/** @param ours zones below it that the same server has. @returns lines of a zone file */
export async function gatherZone(
  port: number,
  origin: string,
  ours: readonly string[] = [],
): Promise<readonly string[]> {
  const lines: string[] = []
  const ask = async (name: Name, type: number): Promise<Message> =>
    (await askByTcp({ host: '127.0.0.1', port }, { name, type, edns: { dnssecOk: true } }))! // the server is there
  const seen = new Set<string>()
  const take = (records: Message['answers']): void => void lines.push(...records.map(formatRecord))
  for (let name = parseName(origin); !seen.has(formatName(name)); ) {
    const text = formatName(name)
    seen.add(text)
    const isOurs = ours.includes(text)
    const { authorities, additionals } = await ask(Uint8Array.from([1, 120, ...name]), TYPE.A)
    const isCut = isOurs || authorities.some(({ type }) => type === TYPE.NS)
    // The parent side of a zone of ours is seen by nobody; what stands there is what the zone itself has.
    if (isOurs) lines.push(`${text} 3600 IN NS ns1.example.com.`)
    else if (isCut) {
      take(authorities.filter(({ type }) => type === TYPE.NS))
      take(additionals)
    }
    const nsec = isCut ? await nsecOfCut(ask, name) : (await ask(name, TYPE.NSEC)).answers
    take(nsec)
    const [next, ...types] = formatRdata(TYPE.NSEC, nsec[0]!.rdata).split(' ')
    for (const type of types.filter(type => (isCut ? type === 'DS' : !['NSEC', 'RRSIG'].includes(type))))
      take((await ask(name, typeNumber(type)!)).answers.filter(record => ofSet(record, name, type)))
    name = parseName(next!)
  }
  return [...new Set(lines)]
}

const ofSet = ({ owner, type, rdata }: Message['answers'][number], name: Name, wanted: string): boolean =>
  formatName(owner) === formatName(name) &&
  (typeName(type) === wanted || (type === TYPE.RRSIG && typeName((rdata[0]! << 8) | rdata[1]!) === wanted))

async function nsecOfCut(
  ask: (name: Name, type: number) => Promise<Message>,
  name: Name,
): Promise<Message['authorities']> {
  const atCut = ({ owner, type, rdata }: Message['answers'][number]): boolean =>
    formatName(owner) === formatName(name) &&
    (type === TYPE.NSEC || (type === TYPE.RRSIG && ((rdata[0]! << 8) | rdata[1]!) === TYPE.NSEC))
  const own = (await ask(name, TYPE.DS)).authorities.filter(atCut)
  if (own.length > 0) return own
  // With a DS there, the NSEC of the delegation denies what would come just after its name.
  const after = Uint8Array.from([name[0]! + 1, ...name.subarray(1, 1 + name[0]!), 0, ...name.subarray(1 + name[0]!)])
  return (await ask(after, TYPE.A)).authorities.filter(atCut)
}
