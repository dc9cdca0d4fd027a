// What the API of NS1 tells: zones, records with their answers and filters, monitors, and the feeds that carry their state.
import { isMap } from '../traffic/edit-value.js'
import type { Written } from './draft.js'
import { withoutDot } from './names.js'
import type { Source } from './source.js'

export interface Ns1Answer {
  readonly words: readonly unknown[]
  /** That of the record, of the group of the answer, and its own, which goes before. */
  readonly meta: Written
  /** The group of answers that it belongs to. */
  readonly group: string | undefined
}

export interface Ns1Filter {
  readonly filter: string
  readonly config: Written
}

export interface Ns1Record {
  readonly zone: string
  /** The full name, in lower case, without its final dot. */
  readonly domain: string
  readonly type: string
  /** Seconds. */
  readonly ttl: number | undefined
  readonly answers: readonly Ns1Answer[]
  readonly filters: readonly Ns1Filter[]
  /** The name whose record this one is the same as. */
  readonly link: string | undefined
  /** It is one of the list of a zone, which has neither filters nor what they go by. */
  readonly short: boolean
}

export interface Ns1 {
  readonly zones: readonly Written[]
  readonly records: readonly Ns1Record[]
  /** Monitors, by their id. */
  readonly jobs: ReadonlyMap<string, Written>
  /** By the id of a feed, the id of the monitor whose state it carries. */
  readonly feeds: ReadonlyMap<string, string>
}

/** Takes replies of the API, one in each file, or several of a kind in a list. @throws Error with a sentence where one is none of them */
export function readNs1(files: readonly Source[]): Ns1 {
  const replies = files.flatMap(({ name, text }) => listed(parsed(name, text)).map(reply => ({ name, reply })))
  const zones: Written[] = []
  const records: Ns1Record[] = []
  const jobs = new Map<string, Written>()
  const feeds = new Map<string, string>()
  for (const { name, reply } of replies) {
    const { config } = reply
    if (typeof reply['domain'] === 'string' && typeof reply['type'] === 'string') records.push(readRecord(reply, false))
    else if (typeof reply['zone'] === 'string') {
      zones.push(reply)
      records.push(...listed(reply['records']).map(record => readRecord({ zone: reply['zone'], ...record }, true)))
    } else if (typeof reply['job_type'] === 'string') jobs.set(String(reply['id']), reply)
    else if (isMap(config) && typeof config['jobid'] === 'string') feeds.set(String(reply['id']), config['jobid'])
    else throw new Error(`${name}: neither a zone of NS1, nor a record, a monitor or a feed of one`)
  }
  return { zones, records: withoutShort(records), jobs, feeds }
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`) // JSON.parse throws nothing else
  }
}

const listed = (value: unknown): readonly Written[] => (Array.isArray(value) ? value : [value]).filter(isMap)

function readRecord(said: Written, short: boolean): Ns1Record {
  const groups = isMap(said['regions']) ? said['regions'] : {}
  const answers = Array.isArray(said['answers']) ? said['answers'] : said['short_answers']
  return {
    zone: nameOf(said['zone']),
    domain: nameOf(said['domain']),
    type: String(said['type']).toUpperCase(),
    ttl: typeof said['ttl'] === 'number' ? said['ttl'] : undefined,
    answers: (Array.isArray(answers) ? answers : []).map(answer => readAnswer(answer, said, groups)),
    filters: listed(said['filters'] ?? [])
      .filter(({ disabled }) => disabled !== true)
      .map(({ filter, config }) => ({ filter: String(filter), config: isMap(config) ? config : {} })),
    link: typeof said['link'] === 'string' ? nameOf(said['link']) : undefined,
    short,
  }
}

function readAnswer(said: unknown, record: Written, groups: Written): Ns1Answer {
  if (!isMap(said)) return { words: String(said).split(' '), meta: {}, group: undefined }
  const group = typeof said['region'] === 'string' ? said['region'] : undefined
  const ofGroup = group === undefined ? undefined : groups[group]
  const meta = [record['meta'], isMap(ofGroup) ? ofGroup['meta'] : undefined, said['meta']].filter(isMap)
  const { answer = [] } = said
  return { words: Array.isArray(answer) ? answer : String(answer).split(' '), meta: Object.assign({}, ...meta), group }
}

const nameOf = (name: unknown): string => withoutDot(String(name)).toLowerCase()

/** What a list of a zone has of a record that is there in full says less. */
function withoutShort(records: readonly Ns1Record[]): readonly Ns1Record[] {
  const key = ({ domain, type }: Ns1Record): string => `${domain} ${type}`
  const full = new Set(records.filter(({ short }) => !short).map(key))
  return records.filter(record => !record.short || !full.has(key(record)))
}
