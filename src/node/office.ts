// The office of a node: transfers, updates and notifications joined to the store, the line, the log and the counts.

import type { Locate } from '../control-plane/geo/library.js'
import type { Audit } from '../control-plane/operate/audit.js'
import { type ExplainSources, explain } from '../control-plane/operate/explain.js'
import { explainSentences } from '../control-plane/operate/explain-sentences.js'
import type { Published } from '../control-plane/publish/publisher.js'
import type { ViewsByOrigin } from '../control-plane/publish/signed-views.js'
import type { Zone } from '../control-plane/traffic/document/zone.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'
import { Archive } from '../control-plane/transfer/archive.js'
import { exchangeDatagrams } from '../control-plane/transfer/datagram.js'
import type { OfficeEvents, Work } from '../control-plane/transfer/events.js'
import { Notifier } from '../control-plane/transfer/notify.js'
import { Office, type OfficeOptions } from '../control-plane/transfer/office.js'
import type { OfficeAnswer } from '../data-plane/window.js'
import type { Prefix } from '../dns/address.js'
import { bareReply } from '../dns/message-reply.js'
import { formatName, type Name, nameKey } from '../dns/name.js'
import { RCODE } from '../dns/numbers.js'
import type { TsigKeys } from '../dns/tsig.js'
import type { Log } from '../log.js'

export interface NodeOfficeOptions {
  readonly store: TrafficStore
  readonly keys: TsigKeys
  readonly line: OfficeOptions['line']
  readonly published: () => Published
  readonly locate: () => Promise<Locate>
  /** What secondaries get of zones that are signed. */
  readonly signedViews: () => ViewsByOrigin
  /** Whether other nodes sign the same zones. */
  readonly inFleet: boolean
  /** Who may ask why names are answered as they are. */
  readonly explainTo: readonly Prefix[]
  readonly audit: Pick<Audit, 'record'>
  readonly log: Log
}

/** How often each outcome came of each kind of work. */
export interface OfficeCount {
  readonly work: Work
  readonly outcome: string
  readonly count: number
}

export class NodeOffice {
  private readonly archive: Archive
  private readonly signedViews: () => ViewsByOrigin
  private readonly counts = new Map<string, OfficeCount>()
  private readonly office: Office
  private readonly explains: boolean
  /** Whether there are denials that have to be signed when they are asked for. */
  private denies = false
  private readonly notifier: Notifier
  private readonly log: Log
  private readonly keys: TsigKeys

  constructor(options: NodeOfficeOptions) {
    const { store, keys, line, published, locate, explainTo, log } = options
    const now = (): number => Math.floor(Date.now() / 1000)
    const events: OfficeEvents = {
      count: (work, outcome) => this.count(work, outcome),
      info: sentence => log.info(sentence),
      warn: sentence => log.warn(sentence),
      record: entry => options.audit.record({ ...entry }),
    }
    const archive = new Archive(options.inFleet)
    this.archive = archive
    this.signedViews = options.signedViews
    this.log = log
    this.keys = keys
    const sentences: OfficeOptions['explain']['sentences'] = async (name, client, resolver) => {
      const sources = {
        published: published(),
        locate: await locate(),
        answer: (...asked: Parameters<ExplainSources['answer']>) => line(...asked, 'udp'),
      }
      return explainSentences(explain(sources, { name, resolver, ...(client === undefined ? {} : { client }) }))
    }
    this.explains = explainTo.length > 0
    this.office = new Office({ store, keys, archive, line, explain: { to: explainTo, sentences }, now, events })
    this.notifier = new Notifier({ exchange: exchangeDatagrams, keys, now, events })
  }

  /** Whether there is anything that it could be asked for. */
  get isOpen(): boolean {
    return this.keys.size > 0 || this.explains || this.archive.isAskedFor || this.denies
  }

  /** Takes a document over that is served from now on, and tells secondaries of what is new in it. */
  served(document: TrafficDocument): void {
    const zones = [...document.zones.values()]
    this.denies = zones.some(({ dnssec }) => dnssec?.denial === 'compact')
    for (const zone of zones) this.warnOfKeys(zone)
    this.take(document)
  }

  /** The document that is served has been signed anew: secondaries of what has changed by that are told. */
  take(document: TrafficDocument): void {
    for (const zone of this.archive.take(document, this.signedViews())) this.notifier.changed(zone)
  }

  /** A bug of ours is told of, and answered with SERVFAIL; what has been sent before stays as it is. */
  readonly answer: OfficeAnswer = async function* (this: NodeOffice, request: Parameters<OfficeAnswer>[0]) {
    try {
      yield* this.office.answer(request)
    } catch (err) {
      this.log.error({ err }, 'a request to the office failed')
      yield bareReply(request.message, RCODE.SERVFAIL)
    }
  }.bind(this)

  tally(): readonly OfficeCount[] {
    return [...this.counts.values()]
  }

  close(): void {
    this.notifier.close()
  }

  private count(work: Work, outcome: string): void {
    const key = `${work} ${outcome}`
    this.counts.set(key, { work, outcome, count: (this.counts.get(key)?.count ?? 0) + 1 })
  }

  private warnOfKeys({ origin, transfer, update }: Zone): void {
    const named: readonly (Name | undefined)[] = [
      ...transfer.allow.map(permit => (permit.kind === 'key' ? permit.key : undefined)),
      ...transfer.notify.map(({ key }) => key),
      ...update.map(({ key }) => key),
    ]
    for (const key of new Set(named.filter(key => key !== undefined && !this.keys.has(nameKey(key)))))
      this.log.warn(
        `the zone ${formatName(origin)} speaks of the key ${formatName(key!)}, which the settings do not have`,
      )
  }
}
