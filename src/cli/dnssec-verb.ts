// meridian dnssec: how a zone is signed, and what its parent has to know of that.
import type { DnssecView } from '../control-plane/admin/api.js'
import { remote } from './remote.js'
import { table } from './table.js'
import { EXIT, REMOTE, UsageError, type Verb } from './verb.js'

const SHOWN: Readonly<Record<string, (view: DnssecView) => string>> = {
  ds: ({ ds }) => ds.join('\n'),
  status: formatStatus,
  keys: ({ keys }) => keys.map(({ dnskey }) => dnskey).join('\n'),
}

export const dnssec: Verb = {
  usage: 'dnssec ds|status|keys ZONE',
  summary: 'how a zone is signed, and the DS records for its parent',
  help: `
  meridian dnssec ds example.com         the DS records to give to the registrar: either digest will do
  meridian dnssec status example.com     its keys, and when the first signature expires
  meridian dnssec keys example.com       its DNSKEY records

A zone is signed where the traffic document says "dnssec: true" of it. Give the DS to the parent when the zone is signed,
and take it away there a day before it no longer is.`,
  options: REMOTE,
  async run(call) {
    const [what = '', zone, ...rest] = call.words
    const show = Object.hasOwn(SHOWN, what) ? SHOWN[what] : undefined
    if (show === undefined)
      throw new UsageError(what === '' ? 'say what to show' : `"${what}" is not ds, status or keys`)
    if (zone === undefined) throw new UsageError('which zone?')
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    const api = await remote(call)
    const view = (await api.get(`/v1/zones/${encodeURIComponent(zone)}/dnssec`)) as DnssecView // a server of this release
    if (call.flag('json')) call.print(JSON.stringify(view, null, 2))
    else if (view.signed) call.print(show(view))
    else call.complain(`${view.zone} is not signed: the traffic document says no "dnssec: true" of it`)
    return view.signed || call.flag('json') ? EXIT.done : EXIT.failed
  },
}

export function formatStatus({ zone, keys, signatures, clockJump }: DnssecView): string {
  const rows = keys.map(({ role, keyTag, algorithm, file }) => [role, `${keyTag}`, algorithm, file])
  const { count, made, firstExpiration } = signatures
  return [
    `${zone} is signed`,
    table([['ROLE', 'TAG', 'ALGORITHM', 'FILE'], ...rows], ['left', 'right', 'left', 'left']).join('\n'),
    `${count} signatures on this node, ${made} made since it started`,
    ...(firstExpiration === undefined ? [] : [`the first expires at ${firstExpiration}`]),
    ...(clockJump === 0
      ? []
      : [`the clock of the system has jumped by ${Math.round(clockJump)} s: set it right, and restart`]),
  ].join('\n')
}
