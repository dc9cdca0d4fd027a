// The fleet of a node: etcd, what is known of it here, the copy on this disk, and this node's word to the others.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { FleetState } from '../control-plane/admin/port.js'
import { REPEAT_LIMITS } from '../control-plane/admin/repeats.js'
import { Clocks, clockOff } from '../control-plane/fleet/clocks.js'
import { Etcd } from '../control-plane/fleet/etcd.js'
import { FleetShelf } from '../control-plane/fleet/fleet-shelf.js'
import { FleetValue } from '../control-plane/fleet/fleet-value.js'
import { Lease } from '../control-plane/fleet/lease.js'
import { type Content, MEMBERS, type Member, readMember, versionOf } from '../control-plane/fleet/member.js'
import { Presence } from '../control-plane/fleet/presence.js'
import { Replica } from '../control-plane/fleet/replica.js'
import { SCHEMA, SCHEMA_TEXT, schemaRefusal } from '../control-plane/fleet/schema.js'
import { SignedCopy } from '../control-plane/fleet/signed-copy.js'
import { Votes } from '../control-plane/fleet/votes.js'
import { DrillFleet } from '../control-plane/operate/drill-fleet.js'
import type { DrillShelf } from '../control-plane/operate/drill-shelf.js'
import type { SharedValue } from '../control-plane/state/shared-value.js'
import type { Shelf } from '../control-plane/state/shelf.js'
import { openDocumentStore } from '../control-plane/traffic/document-store.js'
import { DOCUMENT, etcdBacking, textIn } from '../control-plane/traffic/etcd-backing.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'
import { countSerial, remember, type Serials } from '../control-plane/transfer/serials.js'
import { goLevel } from '../data-plane/precedence.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import type { FleetSettings } from '../settings-fleet.js'

/** A start waits so long for etcd before it goes by the copy on the disk, ms. */
const PATIENCE_MS = 5000
/** Without a copy it can only wait; then it gives up, and whoever started it may try again. */
const LONGEST_START_MS = 60_000
/** Signs of life in the time after which a node counts as gone. */
const BEATS = 3

/** Small values of the fleet that a node goes by, also without etcd. */
const VALUES = ['overrides', 'tokens', 'rollovers', 'acme-accounts', 'safety', 'cookie-secrets'] as const
const COPIED: ReadonlySet<string> = new Set([SCHEMA, ...VALUES])
/** Keys of zones, one value each. */
const ZONE_KEYS = 'zone-keys/'
type FleetKey = (typeof VALUES)[number] | `${typeof ZONE_KEYS}${string}`

export interface Fleet {
  readonly store: TrafficStore
  /** Those of all nodes. */
  drills(): DrillShelf
  value<T>(key: FleetKey, initial: T, sound: (value: unknown) => value is T): SharedValue<T>
  /** Replies to requests that are made once, whichever node they are sent to. */
  replies(): Shelf
  /** From now on the others are told what this node answers from, and whatever else is to be said, by key. */
  join(content: () => Content, more: () => ReadonlyMap<string, string>): void
  /** What all say of what they probe. */
  readonly votes: Votes
  /** What it answers from may have changed. */
  changed(): void
  state(): FleetState
  close(): Promise<void>
}

export type InFleet = Settings & { readonly fleet: FleetSettings }

/** @throws TrafficRefused, or an Error in words where there is neither etcd nor a copy */
export async function openFleet(settings: InFleet, log: Log, release: string): Promise<Fleet> {
  const { fleet, stateDirectory, traffic, history } = settings
  const onProblem = (sentence: string, err?: unknown): void => log.error({ err }, sentence)
  const etcd = await reach(fleet)
  const { prefix } = fleet.etcd
  const replica = new Replica({ etcd, prefix: `${prefix}shared/`, refusal: get => schemaRefusal(get(SCHEMA)) })
  const { copy, before } = await SignedCopy.open({ folder: stateDirectory, onProblem })
  replica.onStanding(standing => {
    if (standing.kind === 'live') log.info('etcd is there: what the fleet shares is known up to now')
    else log.error({ why: standing.why }, `etcd is away, what was known before is served: ${standing.why}`)
  })
  replica.onChange(keys => {
    for (const key of keys) {
      const entry = COPIED.has(key) || key.startsWith(ZONE_KEYS) ? replica.get(key) : undefined
      if (entry !== undefined) copy.keep(key, entry)
    }
  })
  const following = replica.follow()
  const close = async (): Promise<void> => {
    replica.close()
    // What is under way ends with the connections.
    etcd.close()
    await following
    await copy.settled()
  }
  try {
    await Promise.race([replica.first, pause(PATIENCE_MS, undefined, { ref: false })])
    if (replica.standing().kind === 'away') {
      if (before === undefined) await orGiveUp(replica)
      else {
        replica.restore(before.copied)
        log.warn(`etcd does not answer: the copy of ${new Date(before.savedAt).toISOString()} is served`)
      }
    }
    await writeSchema(replica, onProblem)
    const copied = before?.copied.get(DOCUMENT)
    const backing = etcdBacking({
      replica,
      etcd,
      texts: `${prefix}texts/`,
      name: `etcd ${prefix}shared/${DOCUMENT}`,
      base: traffic,
      known: copied,
      keep: history.revisions,
      serials: {
        count: (known, now) => countSerial(serialsIn(known), now),
        remember: (known, document) => remember(serialsIn(known), document),
      },
    })
    const store = await openDocumentStore(backing, {
      onProblem,
      hasten: goLevel,
      fallback: () => textIn(copied),
    })
    const keepDocument = (): void => {
      const entry = backing.lastSeen()
      if (entry !== undefined) copy.keep(DOCUMENT, entry)
    }
    if (store.refused() === undefined) keepDocument()
    store.onChange(keepDocument)

    const { node, silenceMs } = fleet
    const votes = new Votes({ replica, node, mostDown: settings.health.suspectShare, silenceMs })
    const instance = randomUUID()
    const startedAt = Date.now()
    let presence: Presence | undefined
    let beat = 0
    warnOfNamesakes(replica, { node: fleet.node, instance }, log)
    const clocks = listenToClocks(replica, log)
    return {
      store,
      drills: () => new DrillFleet({ replica, node, onProblem }),
      replies: () => new FleetShelf({ etcd, prefix: `${prefix}replies/`, limits: REPEAT_LIMITS }),
      value: (key, initial, sound) => new FleetValue({ replica, key, initial, sound, onProblem }),
      join(content, more) {
        const everyMs = fleet.silenceMs / BEATS
        let said = ''
        const newsOf = (version: string, others: ReadonlyMap<string, string>): string =>
          JSON.stringify([version, ...others])
        presence = new Presence({
          lease: new Lease({ etcd, replica, seconds: Math.ceil(fleet.silenceMs / 1000) }),
          replica,
          everyMs,
          words: lagMs => {
            const now = content()
            const others = more()
            const own = { node, instance, release, startedAt, clock: Date.now() }
            const member: Member = { ...own, content: now, version: versionOf(now), lagMs }
            said = newsOf(member.version, others)
            return new Map([[MEMBERS + node, JSON.stringify({ ...member, beat: beat++ })], ...others])
          },
          isNews: () => newsOf(versionOf(content()), more()) !== said,
          onProblem,
        })
        presence.changed()
      },
      votes,
      changed: () => presence?.changed(),
      state: () => ({
        node: fleet.node,
        standing: replica.standing(),
        members: membersOf(replica),
        voters: votes.list(),
        clocks: clocks.ahead(),
      }),
      async close() {
        store.close()
        votes.close()
        await presence?.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function reach({ etcd: { endpoints, timeoutMs, tls, credentials } }: FleetSettings): Promise<Etcd> {
  const files = await Promise.all(
    Object.entries(tls).map(async ([name, path]) => [name, await readFile(path, 'utf8')] as const),
  )
  return new Etcd({
    endpoints,
    timeoutMs,
    tls: Object.fromEntries(files),
    ...(credentials === undefined
      ? {}
      : {
          credentials: {
            user: credentials.user,
            password: (await readFile(credentials.passwordFile, 'utf8')).trim(),
          },
        }),
  })
}

async function orGiveUp(replica: Replica): Promise<void> {
  await Promise.race([replica.first, pause(LONGEST_START_MS - PATIENCE_MS, undefined, { ref: false })])
  const standing = replica.standing()
  if (standing.kind === 'away')
    throw new Error(`etcd cannot be reached, and there is no copy here to serve from: ${standing.why}`)
}

/** The first node of a fleet says of which form its store is. */
async function writeSchema(replica: Replica, onProblem: (sentence: string, err?: unknown) => void): Promise<void> {
  if (replica.standing().kind === 'away' || replica.get(SCHEMA) !== undefined) return
  const wish = { unchanged: [[SCHEMA, 0]] as const, put: [{ key: SCHEMA, value: SCHEMA_TEXT }] }
  await replica.commit(wish).catch(error => onProblem('the form of the store could not be written', error))
}

/** What another node has written: an object by zone, or nothing that could be gone by. */
const serialsIn = (known: unknown): Serials => (typeof known === 'object' && known !== null ? (known as Serials) : {})

const membersOf = (replica: Replica): readonly Member[] =>
  [...replica.under(MEMBERS).values()]
    .flatMap(({ value }) => readMember(value) ?? [])
    .sort((a, b) => (a.node < b.node ? -1 : 1))

/** Tells of a clock that is too far from the one here, once for each time that it goes wrong. */
function listenToClocks(replica: Replica, log: Log): Clocks {
  const clocks = new Clocks()
  const told = new Set<string>()
  replica.onChange(keys => {
    for (const key of keys) {
      if (!key.startsWith(MEMBERS)) continue
      const node = key.slice(MEMBERS.length)
      const { clock } = readMember(replica.get(key)?.value ?? '') ?? {}
      if (clock === undefined) clocks.forget(node)
      else clocks.heard(node, clock, Date.now())
      const off = clockOff(clocks.ahead().get(node))
      if (off === '') told.delete(node)
      else if (!told.has(node)) {
        told.add(node)
        log.warn({ node }, `${node} has its ${off} of the one here: overrides end by the clock of each node`)
      }
    }
  })
  return clocks
}

/** Two nodes of one name would take each other's place. */
function warnOfNamesakes(replica: Replica, own: Pick<Member, 'node' | 'instance'>, log: Log): void {
  const key = MEMBERS + own.node
  const told = new Set<string>([own.instance])
  let spoken = false
  replica.onChange(keys => {
    if (!keys.has(key)) return
    const instance = readMember(replica.get(key)?.value ?? '')?.instance
    if (instance === own.instance) spoken = true
    if (!spoken || instance === undefined || told.has(instance)) return
    told.add(instance)
    log.error(`another node of the fleet calls itself ${own.node} as well: give each a name with fleet.node`)
  })
}
