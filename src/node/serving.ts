// The data plane of a node and what is published to it, joined: snapshots go to the threads from the moment that they answer.
import { join } from 'node:path'
import type { Locate } from '../control-plane/geo/library.js'
import type { Audit } from '../control-plane/operate/audit.js'
import { Publisher } from '../control-plane/publish/publisher.js'
import { threadMapMaker } from '../control-plane/publish/thread-maker.js'
import { spannedNow } from '../control-plane/trace/span.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'
import { DataPlane, type Inheritance } from '../data-plane/workers.js'
import type { TsigKeys } from '../dns/tsig.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import type { CookieSettings } from '../settings-dns.js'
import type { Closing } from './closing.js'
import { openSecrets } from './cookie-secrets.js'
import { type Dnssec, openDnssec } from './dnssec.js'
import type { Fleet } from './fleet.js'
import { openFleetSecrets } from './fleet-secrets.js'
import type { Happenings } from './happenings.js'
import { lineAnswerer } from './line.js'
import { NodeOffice } from './office.js'
import type { Secrets } from './secret-file.js'

interface Around {
  readonly store: TrafficStore
  readonly keys: TsigKeys
  readonly fleet: Fleet | undefined
  /** Where clients are. */
  readonly locate: () => Promise<Locate>
  readonly happenings: Pick<Happenings, 'bus'>
  readonly inherited: Inheritance | undefined
  readonly closing: Closing
  readonly audit: Audit
  readonly log: Log
}

export interface NodeServing {
  readonly plane: DataPlane
  readonly publisher: Publisher
  readonly office: NodeOffice
  readonly dnssec: Dnssec
  /** Opens the sockets with what is published by now. @throws naming the address that cannot be listened on */
  start(document: TrafficDocument): Promise<void>
  /** From here on the closing stack leaves the threads alone: they answer with what they know, until `plane.stop`. */
  keep(): void
  /** A document has come into force. */
  served(document: TrafficDocument): void
}

export async function openServing(settings: Settings, around: Around): Promise<NodeServing> {
  const { store, keys, fleet, happenings, closing, log } = around
  const secrets = settings.cookies && (await openCookieSecrets(settings.cookies, settings.stateDirectory, fleet, log))
  const office = new NodeOffice({
    store,
    keys,
    line: (...asked) => line(...asked),
    published: () => publisher.current()!, // nobody is answered before something is published
    signedViews: () => publisher.signedViews(),
    inFleet: fleet !== undefined,
    locate: around.locate,
    explainTo: settings.explainTo,
    audit: around.audit,
    log,
  })
  const plane = new DataPlane({
    office: office.answer,
    listen: settings.listen,
    tls: settings.tls,
    udp: settings.udp,
    workers: settings.workers,
    limit: settings.rateLimit,
    cookies: secrets && { secrets: secrets.current(), policy: settings.cookies!.badCookie },
    identity: settings.identity,
    proxies: settings.proxies,
    rotate: settings.rotate,
    explainTo: settings.explainTo,
    inherited: around.inherited,
    samples: settings.samples === 0 ? undefined : { oneIn: settings.samples, packets: settings.dnstap !== undefined },
    onWarning: text => log.warn(text),
    onCrash: (who, err) => log.error({ err, who }, `a thread of the data plane died (${who}) and is replaced`),
  })
  const dnssec = await openDnssec(settings, fleet, log, happenings.bus)
  let serving = false
  let kept = false
  const publisher = new Publisher({
    maps: threadMapMaker(join(settings.stateDirectory, 'maps')),
    publish: snapshot => {
      if (!serving) return
      const { version } = snapshot
      spannedNow({ name: 'publish', attributes: { version } }, () => plane.publish(snapshot))
      happenings.bus.tell({ kind: 'snapshot', at: Date.now(), version })
    },
    onProblem: (what, err) => log.error({ err }, `${what} failed`),
    signing: dnssec.signing,
  })
  const line = lineAnswerer(() => publisher.current()!.snapshot, publisher.online) // nobody asks before there is one
  closing.add(() => publisher.close())
  closing.add(() => office.close())
  const served = (document: TrafficDocument): void => {
    office.served(document)
    plane.setOffice(office.isOpen)
  }
  return {
    plane,
    publisher,
    office,
    dnssec,
    served,
    keep() {
      kept = true
      plane.setOffice(false)
    },
    async start(document) {
      const first = publisher.current()!.snapshot // setDocument has published one
      serving = true
      await plane.start(first)
      closing.add(() => (kept ? undefined : plane.stop()))
      served(document)
      const unwatchSecrets = secrets?.watch(fresh => plane.setCookieSecrets(fresh))
      if (unwatchSecrets !== undefined) closing.add(unwatchSecrets)
      closing.add(
        dnssec.watch(
          publisher,
          () => store.current().document,
          document => office.take(document),
        ),
      )
      publisher.rehearse().catch((err: unknown) => log.error({ err }, 'rehearsing failovers failed'))
    },
  }
}

/** Those of the file that the settings name; without one, those of the fleet, or of this node alone. */
const openCookieSecrets = (
  cookies: CookieSettings,
  stateDirectory: string,
  fleet: Fleet | undefined,
  log: Log,
): Promise<Secrets> =>
  fleet !== undefined && cookies.secretFile === undefined
    ? openFleetSecrets(fleet, log)
    : openSecrets(cookies, stateDirectory, log)
