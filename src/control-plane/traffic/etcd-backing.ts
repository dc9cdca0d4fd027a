// The traffic document of a fleet in etcd, with its revisions: one transaction writes both, or nothing.
import { randomUUID } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Etcd } from '../fleet/etcd.js'
import { demand, type Replica, type Shared } from '../fleet/replica.js'
import { type Backing, type Content, contentOf, type Next, type Text } from './backing.js'
import type { CountSerial, TrafficDocument } from './document.js'
import { isMap } from './edit-value.js'
import type { Problem } from './problem.js'
import type { Revision } from './revision-line.js'
import type { PastRevisions } from './store.js'

/** How zones are numbered that do not number themselves. What is counted lies in etcd, so that all nodes count alike. */
export interface Serials {
  /** @param known what `remember` gave before; undefined where nothing was @param now the epoch's seconds */
  count(known: unknown, now: number): CountSerial
  remember(known: unknown, document: TrafficDocument): unknown
}

export interface EtcdBackingOptions {
  readonly replica: Pick<Replica, 'get' | 'under' | 'commit' | 'refetch' | 'standing' | 'onChange'>
  readonly etcd: Pick<Etcd, 'get'>
  /** Where texts of revisions are, outside of what is replicated: `/meridian/texts/` */
  readonly texts: string
  /** What people call it. */
  readonly name: string
  /** The file that relative paths in the document start from, on each node. */
  readonly base: string
  readonly serials: Serials
  /** The document that was there before this start; where there is none now, it was lost. */
  readonly known?: Shared | undefined
  /** How many revisions are kept. */
  readonly keep: number
  /** Epoch ms. */
  readonly now?: () => number
}

/** The key of the document. */
export const DOCUMENT = 'document'
const REVISIONS = 'revisions/'
/** More differences than these are counted and not kept: all nodes hold them in memory. */
const MAX_CHANGES = 50
/** etcd takes 128 operations in a transaction, and a revision is two. */
const MAX_REMOVED = 50
/** What a fleet serves before anybody has brought a document: it answers, and refuses every name. */
const NOTHING_YET = contentOf(
  '# Nothing is served yet: meridian apply FILE brings a document.\nregions: {}\nzones: {}\n',
)
/** Texts beyond this are packed: etcd takes 1.5 MB in a transaction, and every text is in it twice. */
const PACK_BEYOND = 32 * 1024

/** What is under the key of the document. */
interface Written {
  readonly number: number
  /** Of this writing and no other, so that its writer knows it again. */
  readonly id: string
  /** The epoch's seconds. */
  readonly at: number
  readonly serials: unknown
  readonly text: string
  /** `gzip`: the text is base64 of what gzip made of it. */
  readonly packed?: 'gzip'
}

export interface EtcdBacking extends Backing {
  /** The entry whose text was read or written last: in a listener of the store, that of the document which it is told of. */
  lastSeen(): Shared | undefined
}

export function etcdBacking(options: EtcdBackingOptions): EtcdBacking {
  const { replica, etcd, name, base, serials, now = Date.now } = options
  const written = (): Written | undefined => readWritten(replica.get(DOCUMENT))
  const seconds = (): number => Math.floor(now() / 1000)
  /** Once there was one, none is a loss and not a beginning: it must not empty what is served. */
  let found = options.known !== undefined
  let seen: Shared | undefined
  return {
    lastSeen: () => seen,
    name,
    base,
    revisions: pastRevisions(replica, async number => {
      const entry = await etcd.get(options.texts + digits(number))
      return entry === undefined ? undefined : textOf(JSON.parse(entry.value))
    }),
    serial() {
      const there = written()
      return serials.count(there?.serials, there?.at ?? seconds())
    },
    nextSerial: () => serials.count(written()?.serials, seconds()),
    async read() {
      const entry = replica.get(DOCUMENT)
      found ||= entry !== undefined
      seen = entry
      return entry === undefined && !found ? NOTHING_YET : contentIn(entry, name)
    },
    // Whoever wrote it wrote its revision with it.
    async begin() {},
    async found() {},
    async replace([next], before) {
      demand(replica)
      if (next === undefined) return true
      const entry = replica.get(DOCUMENT)
      const there = entry === undefined && !found ? NOTHING_YET : contentIn(entry, name)
      if (there.revision !== before.revision) return false
      const wish = writing(next, readWritten(entry), now())
      const value = JSON.stringify({ ...wish.written, serials: remembered(next, entry) })
      const known = [...replica.under(REVISIONS).keys()].sort()
      const over = known.slice(0, Math.min(MAX_REMOVED, Math.max(0, known.length + 1 - options.keep)))
      const done = await replica.commit({
        unchanged: [[DOCUMENT, entry?.version ?? 0]],
        put: [
          { key: DOCUMENT, value },
          { key: REVISIONS + digits(wish.revision.number), value: JSON.stringify(wish.revision) },
          { key: options.texts + digits(wish.revision.number), value: JSON.stringify(pack(next.text)) },
        ],
        remove: over.flatMap(key => [key, options.texts + key.slice(REVISIONS.length)]),
      })
      if (done === undefined) {
        await replica.refetch(DOCUMENT)
        return false
      }
      seen = { value, version: done }
      return true
    },
    watch(look) {
      replica.onChange(keys => {
        if (keys.has(DOCUMENT)) look()
      })
      return () => undefined
    },
  }

  function remembered({ document }: Next, entry: Shared | undefined): unknown {
    return serials.remember(readWritten(entry)?.serials, document)
  }
}

/** The text of the document in an entry that was kept; undefined where there is none in it. */
export function textIn(entry: Shared | undefined): Text | undefined {
  const content = contentIn(entry, '')
  return 'text' in content ? content : undefined
}

function contentIn(entry: Shared | undefined, name: string): Content {
  const problem = (message: string): Problem => ({ path: '', message, at: { file: name, line: 1, column: 1 } })
  if (entry === undefined)
    return { problem: problem('the document is gone: meridian apply brings it back'), revision: 'gone', gone: true }
  try {
    const written = readWritten(entry)
    if (written !== undefined) return contentOf(textOf(written))
  } catch {
    // Packed by somebody who packs otherwise.
  }
  return { problem: problem('the document is damaged, or of another release'), revision: 'damaged' }
}

function writing(
  { text, changes, document: _, ...rest }: Next,
  before: Written | undefined,
  now: number,
): { readonly written: Omit<Written, 'serials'>; readonly revision: Revision } {
  const number = (before?.number ?? 0) + 1
  return {
    written: { number, id: randomUUID(), at: Math.floor(now / 1000), ...pack(text) },
    revision: {
      number,
      at: new Date(now).toISOString(),
      ...rest,
      changeCount: changes.length,
      changes: changes.slice(0, MAX_CHANGES),
    },
  }
}

const pack = (text: string): Pick<Written, 'text' | 'packed'> =>
  text.length > PACK_BEYOND ? { text: gzipSync(text).toString('base64'), packed: 'gzip' } : { text }

const textOf = ({ text, packed }: Pick<Written, 'text' | 'packed'>): string =>
  packed === 'gzip' ? gunzipSync(Buffer.from(text, 'base64')).toString() : text

/** Undefined where there is none, or it is no such thing. */
function readWritten(entry: Shared | undefined): Written | undefined {
  const value = parse(entry?.value ?? '')
  const isWritten = isMap(value) && typeof value['text'] === 'string' && Number.isSafeInteger(value['number'])
  return isWritten ? (value as unknown as Written) : undefined // its parts that matter were looked at
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** So that keys sort as numbers do. */
const digits = (number: number): string => String(number).padStart(12, '0')

function pastRevisions(
  replica: EtcdBackingOptions['replica'],
  text: (number: number) => Promise<string | undefined>,
): PastRevisions {
  let kept: readonly Revision[] | undefined
  replica.onChange(keys => {
    if ([...keys].some(key => key.startsWith(REVISIONS))) kept = undefined
  })
  const list = (): readonly Revision[] => {
    kept ??= [...replica.under(REVISIONS)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, { value }]) => {
        const revision = parse(value)
        return isMap(revision) && Number.isSafeInteger(revision['number']) ? [revision as unknown as Revision] : []
      })
    return kept
  }
  return {
    list,
    get: number => list().find(revision => revision.number === number),
    withHash: hash => list().findLast(({ revision }) => revision === hash),
    latest: () => list().at(-1),
    text,
  }
}
