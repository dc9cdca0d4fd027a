// Whom a node asks for the DS of its zones: the document, where the parent is in it, else the servers of the parent.
import { getServers } from 'node:dns'
import type { KeyStore } from '../control-plane/keys/key-store.js'
import type { ParentStanding } from '../control-plane/keys/parent-seen.js'
import { Parents } from '../control-plane/keys/parents.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import { formatName } from '../dns/name.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import { ownParent } from './own-parent.js'
import { askParent, type Server } from './parent-watch.js'

interface Around {
  readonly document: () => TrafficDocument | undefined
  readonly keys: KeyStore
  /** Seconds since 1970. */
  readonly now: () => number
  readonly log: Log
  readonly happened: (zone: string, what: string) => void
}

const STANDINGS: Readonly<Record<ParentStanding, string>> = {
  secure: 'a DS of its parent leads to a key of it: it is secure',
  insecure: 'its parent has no DS: nobody validates it',
  broken: 'no DS of its parent leads to a key of it: resolvers that validate give no answer',
}

export const openParents = (
  { dnssec: { resolver } }: Pick<Settings, 'dnssec'>,
  { document, keys, now, log, happened }: Around,
): Parents =>
  new Parents({
    keys,
    now,
    async ask(zone) {
      const current = document()
      const own = current === undefined ? undefined : ownParent(zone, current, keys.keysOf, now())
      if (own !== undefined) return own
      const name = formatName(zone.origin)
      try {
        return await askParent(zone.origin, resolver ?? systemResolver(), now())
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        log.warn({ zone: name, why }, `it is not known which DS the parent of ${name} has: ${why}`)
        throw error
      }
    },
    onStanding({ origin }, standing, before) {
      const zone = formatName(origin)
      // How it is at the start is no news, unless it is bad.
      if (before === undefined && standing !== 'broken') return
      log[standing === 'broken' ? 'error' : 'info']({ zone }, `${zone}: ${STANDINGS[standing]}`)
      happened(zone, STANDINGS[standing])
    },
  })

/** As node:dns writes it: `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`. */
function systemResolver(): Server {
  const [first] = getServers()
  if (first === undefined) throw new Error('this system has no resolver, and dnssec.resolver names none')
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(first) ?? []
  return { host: bracketed ?? plain ?? first, port: Number(port ?? 53) }
}
