// meridian dnssec: how a zone is signed, what its parent has to know of that, and the exchange of its keys.
import type { DnssecView, ParentView, RolledView } from '../control-plane/admin/api.js'
import { isMeant, YES } from './ask.js'
import type { ApiClient } from './client.js'
import { calendarLines, formatParent, formatStatus } from './dnssec.js'
import { DS_FORMS, isDsForm } from './dnssec-ds.js'
import { elsewhereIn, exportKeys, importKeys } from './dnssec-keys.js'
import { reasonHeader } from './reason.js'
import { remote } from './remote.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

const SHOWN: Readonly<Record<string, (view: DnssecView, call: Call) => string>> = {
  ds: (view, call) => DS_FORMS[formOf(call)](view),
  status: view => formatStatus(view),
  keys: ({ keys }) => keys.map(({ dnskey }) => dnskey).join('\n'),
}

const ACTIONS = [...Object.keys(SHOWN), 'check', 'roll', 'cancel', 'import', 'export']

export const dnssec: Verb = {
  usage: 'dnssec ds|status|keys|check|cancel ZONE | dnssec roll ZONE KIND [--dry-run] | dnssec import|export ZONE …',
  summary: 'how a zone is signed, the DS records for its parent, and the exchange of its keys',
  help: `
  meridian dnssec ds example.com         the DS records to give to the registrar: either digest will do
  meridian dnssec ds example.com --form fields    as the forms of registrars have them; dnskey, cds, cdnskey, epp
  meridian dnssec status example.com     its keys, the rollover under way, and when the first signature expires
  meridian dnssec keys example.com       its DNSKEY records
  meridian dnssec check example.com      asks all servers of the parent, and exits with 1 unless the zone is secure

  meridian dnssec roll example.com csk --dry-run            what would be done when
  meridian dnssec roll example.com csk --reason "yearly"
  meridian dnssec roll example.com zsk --emergency --reason "the key was seen elsewhere"
  meridian dnssec roll example.com algorithm --algorithm ed25519
  meridian dnssec roll example.com ksk --key Kexample.com.+013+23456   a key elsewhere takes the place of the KSK
  meridian dnssec roll example.com unsign --reason "moving"  has the parent take the DS away first
  meridian dnssec roll example.com sign --dry-run            what would be done when, were it signed now
  meridian dnssec cancel example.com                        in the first stage of a rollover

  meridian dnssec import example.com Kexample.com.+013+12345   a key of BIND, before the zone is signed first
  meridian dnssec export example.com /backup                   all of its keys, as BIND has them
  meridian dnssec export example.com /backup --secret-file /etc/meridian/key-secrets    likewise, of a fleet

A zone is signed where the traffic document says "dnssec: true" of it. Give the DS to the parent when the zone is signed.
Kinds: csk for zones with one key, ksk and zsk for those with two, algorithm for all keys at once, unsign to leave DNSSEC.
sign is for --dry-run only: it begins in the document.`,
  options: {
    ...REMOTE,
    ...YES,
    emergency: { type: 'boolean', help: 'with roll: by the shortest way' },
    algorithm: { type: 'string', value: 'NAME', help: 'with roll algorithm: ecdsap256sha256, ed25519 or rsasha256' },
    form: { type: 'string', value: 'WORD', help: 'with ds: ds, cds, dnskey, cdnskey, fields or epp' },
    key: { type: 'string', value: 'FILE', help: 'with roll: a key elsewhere that the parent is to know, by its files' },
    split: { type: 'boolean', help: 'with roll csk or algorithm: two keys from now on' },
    'dry-run': { type: 'boolean', help: 'with roll: only tell what would be done when' },
    'secret-file': {
      type: 'string',
      value: 'FILE',
      help: 'with export: that of dnssec.secret-file, for keys of a fleet',
    },
    reason: { type: 'string', value: 'TEXT', help: 'why; it is remembered' },
  },
  async run(call) {
    const [what = '', zone, ...rest] = call.words
    if (!ACTIONS.includes(what))
      throw new UsageError(what === '' ? 'say what to do' : `"${what}" is not ${ACTIONS.join(', ')}`)
    if (zone === undefined) throw new UsageError('which zone?')
    if (what === 'import') return importKeys(zone, rest, call)
    const [extra] = what === 'roll' || what === 'export' ? rest.slice(1) : rest
    if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many`)
    if (what === 'export') return exportKeys(zone, rest[0], call)
    const path = `/v1/zones/${encodeURIComponent(zone)}/dnssec`
    if (what === 'roll') return roll(zone, path, rest[0], call)
    const api = await remote(call)
    if (what === 'check') return check(api, path, call)
    if (what === 'cancel') return cancel(api, path, call)
    const view = (await api.get(path)) as DnssecView // a server of this release
    if (call.flag('json')) call.print(JSON.stringify(view, null, 2))
    else if (view.signed)
      call.print(SHOWN[what]!(view, call)) // the other actions are gone
    else call.complain(`${view.zone} is not signed: the traffic document says no "dnssec: true" of it`)
    return view.signed || call.flag('json') ? EXIT.done : EXIT.failed
  },
}

function formOf(call: Call): keyof typeof DS_FORMS {
  const form = call.text('form') ?? 'ds'
  if (!isDsForm(form)) throw new UsageError(`"${form}" is not ${Object.keys(DS_FORMS).join(', ')}`)
  return form
}

async function roll(zone: string, path: string, kind: string | undefined, call: Call): Promise<Exit> {
  if (kind === undefined) throw new UsageError('roll what: csk, ksk, zsk, algorithm, unsign, or sign?')
  const file = call.text('key')
  const key = file === undefined ? {} : { key: await elsewhereIn(zone, file) }
  const api = await remote(call)
  const ask = async (dryRun: boolean): Promise<RolledView> =>
    (await api.post(`${path}/rollover`, { ...wishOf(kind, call), ...key, dryRun })) as RolledView // a server of this release
  const dryRun = call.flag('dry-run')
  if (!dryRun && !(await isMeant(call, async () => calendarLines((await ask(true)).calendar)))) return EXIT.failed
  const rolled = await ask(dryRun)
  call.print(call.flag('json') ? JSON.stringify(rolled, null, 2) : calendarLines(rolled.calendar).join('\n'))
  return EXIT.done
}

const wishOf = (kind: string, call: Call): Readonly<Record<string, unknown>> => ({
  kind,
  ...(call.flag('emergency') ? { emergency: true } : {}),
  ...(call.flag('split') ? { split: true } : {}),
  ...(call.text('algorithm') === undefined ? {} : { algorithm: call.text('algorithm') }),
  ...(call.text('reason') === undefined ? {} : { reason: call.text('reason') }),
})

async function check(api: ApiClient, path: string, call: Call): Promise<Exit> {
  const view = (await api.get(`${path}/parent`)) as ParentView // a server of this release
  call.print(call.flag('json') ? JSON.stringify(view, null, 2) : formatParent(view))
  return view.standing === 'secure' ? EXIT.done : EXIT.failed
}

async function cancel(api: ApiClient, path: string, call: Call): Promise<Exit> {
  const view = (await api.remove(`${path}/rollover`, reasonHeader(call.text('reason')))) as DnssecView // likewise
  call.print(call.flag('json') ? JSON.stringify(view, null, 2) : formatStatus(view))
  return EXIT.done
}
