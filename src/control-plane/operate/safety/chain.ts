// No zone leaves DNSSEC while resolvers may hold a DS of it: without signatures all of it would be bogus (RFC 4035 §5.2). This holds
// whatever the rules of the document are. Pure.
import { formatName } from '../../../dns/name.js'
import type { TrafficDocument } from '../../traffic/document.js'
import type { Finding } from './change.js'
import type { Circumstances } from './scene.js'

/** What it is overridden by; a rule of the document may be called so as well. */
export const PARENT_DS = 'parent-ds'

/** Undefined where it has nothing against the change. A zone that is taken out of the document is nobody's to validate. */
export function chain(
  before: TrafficDocument,
  after: TrafficDocument,
  { isChained }: Pick<Circumstances, 'isChained'>,
): Finding | undefined {
  if (after.zones === before.zones) return undefined
  const leaving = [...before.zones].filter(([key, zone]) => {
    const then = after.zones.get(key)
    return zone.dnssec !== undefined && then !== undefined && then.dnssec === undefined && isChained(zone)
  })
  if (leaving.length === 0) return undefined
  const names = leaving.map(([, { origin }]) => formatName(origin))
  return {
    words: `${names.join(', ')} would not be signed any more, and resolvers may hold a DS of it from its parent: those that validate would give no answer`,
    remedy: `have the parent take it away first, which ${names.map(name => `meridian dnssec roll ${name} unsign`).join(', ')} asks for, and wait until that is over`,
  }
}
