// /v1/audit: who did what, and who was kept from what.
import type { Static } from 'typebox'
import type { KeptEntry } from '../../operate/audit.js'
import { AUDIT, AUDIT_QUERY, type AuditList, type AuditView } from '../api-audit.js'
import { described, type Routes } from '../route.js'

type Query = Static<typeof AUDIT_QUERY>

const PAGE = 100
const MAX_PAGE = 500

export const audit: Routes = (app, { audit }) => {
  app.get<{ Querystring: Query }>('/audit', { schema: LIST }, async ({ query }): Promise<AuditList> => {
    const limit = Math.min(MAX_PAGE, Math.max(1, Number(query.limit ?? PAGE)))
    // One more than is shown, to know whether there are more.
    const found = audit.list(limit + 1, Number(query.before ?? Infinity), entry => isWanted(entry, query))
    const page = found.slice(0, limit)
    const next = page.at(-1)?.number
    return {
      entries: page.map(view),
      ...(found.length > limit && next !== undefined ? { next } : {}),
      head: audit.head,
    }
  })
}

function isWanted(entry: KeptEntry, { actor, about, outcome }: Query): boolean {
  if (actor !== undefined && entry.actor !== actor) return false
  if (about !== undefined && !entry.what.toLowerCase().includes(about.toLowerCase())) return false
  const isRefused = entry['refused'] !== undefined || Number(entry['status'] ?? 200) >= 400
  return outcome === undefined || (outcome === 'refused') === isRefused
}

/** What else an entry has is of use to who reads the file. */
function view(entry: KeptEntry): AuditView {
  const { number, at, actor, what } = entry
  const more = KEYS.flatMap(key => (entry[key] === undefined ? [] : [[key, entry[key]]]))
  return { number, at, actor, what, ...Object.fromEntries(more) }
}
const KEYS = ['status', 'rcode', 'address', 'reason', 'problem', 'refused', 'changes', 'revision', 'body'] as const

const LIST = described({
  operationId: 'listAudit',
  scope: 'admin',
  summary: 'Who did what, newest first',
  description: 'The newest 2,000 entries of this node. The log itself is a file in the state directory.',
  tag: 'node',
  reply: AUDIT,
  querystring: AUDIT_QUERY,
  problems: ['request-invalid'],
})
