// Dynamic update (RFC 2136): a signed request becomes edits of the traffic document, through the same gate as every other
// change, and is answered when it is what queries are answered from.
import { type AddressBytes, formatAddress } from '../../dns/address.js'
import type { Message } from '../../dns/message.js'
import { formatName, type Name, nameKey } from '../../dns/name.js'
import { CLASS, RCODE, rcodeName } from '../../dns/numbers.js'
import { staticView } from '../publish/static-view.js'
import type { Zone } from '../traffic/document/zone.js'
import type { Edit } from '../traffic/edit.js'
import { recordEdits } from '../traffic/record-edits.js'
import { withSerial } from '../traffic/serial-edits.js'
import { EditConflict, EditRefused, type Loaded, type TrafficStore } from '../traffic/store.js'
import type { OfficeEvents } from './events.js'
import { type Holdings, holdingsAt } from './held.js'
import { grantsOf } from './permit.js'
import { applyChanges, checkPrerequisites } from './update-changes.js'
import { readChanges, readPrerequisites, zoneOfUpdate } from './update-request.js'

export interface Update {
  readonly message: Message
  /** Whose signature it has. */
  readonly key: Name
  readonly sender: AddressBytes
}

/** Others may be faster a few times; after that many something other than bad luck is at work. */
const ATTEMPTS = 20

interface Outcome {
  readonly rcode: number
  /** What was changed; of one that changed nothing, nothing. */
  readonly changes?: readonly string[]
  readonly why?: string
}

/** Makes the changes, all of them or none; in the log and the audit log before it resolves. @returns the rcode of the answer */
export async function update(store: TrafficStore, request: Update, events: OfficeEvents): Promise<number> {
  const actor = `key ${formatName(request.key)}`
  const address = formatAddress(request.sender)
  const reason = `dynamic update from ${address}`
  const { rcode, changes, why } = await outcomeOf(store, request, { actor, reason })
  if (rcode === RCODE.NOERROR && changes === undefined) return rcode
  if (changes !== undefined) events.info(`${reason} (${actor}): ${changes.join(', ')}`)
  if (why !== undefined) events.warn(`${reason} (${actor}) ${why}`)
  await events.record({
    ...{ actor, what: 'dynamic update', address, rcode: rcodeName(rcode) },
    ...(changes === undefined ? { refused: why ?? rcodeName(rcode) } : { changes }),
  })
  return rcode
}

async function outcomeOf(
  store: TrafficStore,
  request: Update,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<Outcome> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    await store.reread()
    const loaded = store.current()
    const planned = plan(loaded, request)
    if (planned.kind === 'answer') {
      const { rcode, why } = planned
      return why === undefined ? { rcode } : { rcode, why: `refused: ${why}` }
    }
    if (planned.edits.length === 0) return { rcode: RCODE.NOERROR }
    try {
      // The prerequisites held for this revision, and for no other.
      const { revision } = await store.edit(planned.edits, { ifRevision: loaded.revision, actor, reason })
      if (revision === loaded.revision) return { rcode: RCODE.NOERROR }
      return { rcode: RCODE.NOERROR, changes: planned.edits.map(({ path }) => path.join('.')) }
    } catch (error) {
      if (error instanceof EditConflict) continue
      // A document that is broken where it is kept is our trouble; one that the update would break is the sender's.
      const rcode = error instanceof EditRefused && store.refused() === undefined ? RCODE.REFUSED : RCODE.SERVFAIL
      return { rcode, why: `failed: ${error instanceof Error ? error.message : String(error)}` }
    }
  }
  return { rcode: RCODE.SERVFAIL, why: `failed: the document changed ${ATTEMPTS} times meanwhile` }
}

type Planned =
  | { readonly kind: 'edits'; readonly edits: readonly Edit[] }
  | { readonly kind: 'answer'; readonly rcode: number; readonly why?: string }

const answer = (rcode: number, why?: string): Planned =>
  why === undefined ? { kind: 'answer', rcode } : { kind: 'answer', rcode, why }

/** What the update comes to in this document. The key is looked at before the prerequisites: they tell what there is. */
function plan({ document, written }: Loaded, { message, key }: Update): Planned {
  const asked = zoneOfUpdate(message)
  if (asked === undefined) return answer(RCODE.FORMERR)
  const zone = [...document.zones.values()].find(({ origin }) => nameKey(origin) === nameKey(asked.name))
  if (zone === undefined || asked.qclass !== CLASS.IN) return answer(RCODE.NOTAUTH)
  const grants = grantsOf(zone.update, key)
  if (grants.length === 0) return answer(RCODE.REFUSED, `the key may change nothing in ${formatName(zone.origin)}`)
  const prerequisites = readPrerequisites(message, zone.origin)
  if (prerequisites.kind === 'wrong') return answer(prerequisites.rcode)
  const view = staticView(zone, document)
  const held = (items: readonly { readonly owner: Name }[]): Holdings =>
    holdingsAt(
      items.map(({ owner }) => owner),
      zone,
      view,
    )
  const unmet = checkPrerequisites(prerequisites.items, held(prerequisites.items))
  if (unmet !== RCODE.NOERROR) return answer(unmet)
  const changes = readChanges(message, zone.origin)
  if (changes.kind === 'wrong') return answer(changes.rcode)
  const names = changes.items.map(({ owner }) => owner)
  const before = held(changes.items)
  const outcome = applyChanges(changes.items, before, zone.origin, grants)
  if (outcome.kind === 'refused') return answer(RCODE.REFUSED, outcome.why)
  return { kind: 'edits', edits: editsOf(written, zone, names, before, outcome.holdings) }
}

function editsOf(
  written: unknown,
  zone: Zone,
  names: readonly Name[],
  before: Holdings,
  after: Holdings,
): readonly Edit[] {
  const distinct = new Map(names.map(name => [nameKey(name), name]))
  const edits = [...distinct].flatMap(([key, owner]) => {
    if (before.get(key) === after.get(key)) return []
    const inDocument = (holdings: Holdings) => (holdings.get(key) ?? []).filter(({ from }) => from === 'document')
    return recordEdits(written, zone.origin, owner, inDocument(before), inDocument(after))
  })
  return withSerial(edits, zone, written)
}
