// What the parent of a zone should have of it, in the forms that registrars ask for, and what its servers have.
import { useSignal } from '@preact/signals'
import type { DnssecView, ParentView } from '../control-plane/admin/api.js'
import { get, sentenceOf } from './api.js'
import { Copy } from './copy.js'
import { meaningOf, ParentStanding } from './dnssec-words.js'
import { Panel, Since } from './parts.js'
import { Table } from './table.js'

const FORMS = [
  ['ds', 'DS records'],
  ['fields', 'single fields'],
  ['dnskey', 'DNSKEY records'],
] as const

export function ForParent({ view: { zone, ds, keys, rollover } }: { readonly view: DnssecView }) {
  const form = useSignal<(typeof FORMS)[number][0]>('ds')
  if (ds.length === 0)
    return (
      <Panel title="For the parent">
        <p>
          It should have no DS record of {zone} any more. CDS and CDNSKEY records in the zone say so to parents that
          read them.
        </p>
      </Panel>
    )
  const asked = keys.filter(({ delegated }) => delegated)
  return (
    <Panel
      title="For the parent"
      aside={
        <fieldset class="choice">
          <legend class="hidden">Form</legend>
          {FORMS.map(([each, words]) => (
            <label key={each}>
              <input
                type="radio"
                name="form"
                checked={form.value === each}
                onChange={() => {
                  form.value = each
                }}
              />
              {words}
            </label>
          ))}
        </fieldset>
      }
    >
      {form.value === 'ds' ? ds.map(line => <Copy key={line} text={line} what="the DS record" />) : null}
      {form.value === 'dnskey'
        ? asked.map(({ dnskey, keyTag }) => <Copy key={keyTag} text={dnskey} what="the DNSKEY record" />)
        : null}
      {form.value === 'fields' ? <Fields ds={ds} /> : null}
      <p class="quiet">
        One of each key is enough, whichever digest it has.{' '}
        {rollover?.kind === 'sign'
          ? 'Wait until resolvers have forgotten the zone without signatures before you give it to the registrar; CDS and CDNSKEY records say it from then on.'
          : 'CDS and CDNSKEY records in the zone say the same to parents that read them.'}
      </p>
    </Panel>
  )
}

const DIGESTS: Readonly<Record<string, string>> = { '2': '2 (SHA-256)', '4': '4 (SHA-384)' }

/** As the forms of registrars have them. */
function Fields({ ds }: { readonly ds: readonly string[] }) {
  return (
    <Table kind="cards labelled" columns={['#Key tag', '#Algorithm', 'Digest type', 'Digest']}>
      {ds.map(line => {
        const [tag = '', algorithm = '', type = '', ...digest] = line.replace(/^.* DS /, '').split(' ')
        return (
          <tr key={line}>
            <td class="number">{tag}</td>
            <td class="number">{algorithm}</td>
            <td>{DIGESTS[type] ?? type}</td>
            <td>
              <Copy text={digest.join('')} what={`the digest of ${tag}, type ${type}`} />
            </td>
          </tr>
        )
      })}
    </Table>
  )
}

export function DnssecParent({ view }: { readonly view: DnssecView }) {
  const told = useSignal<ParentView | undefined>(undefined)
  const complaint = useSignal('')
  const busy = useSignal(false)
  const ask = async () => {
    busy.value = true
    complaint.value = ''
    try {
      told.value = await get('/v1/zones/{zone}/dnssec/parent', { path: { zone: view.zone } })
    } catch (error) {
      complaint.value = sentenceOf(error)
    } finally {
      busy.value = false
    }
  }
  const { standing, askedAt, silence, servers, ds, missing } = newer(view.parent, told.value)
  return (
    <Panel
      title="What the parent has"
      aside={
        <button type="button" disabled={busy.value} onClick={() => void ask()}>
          Ask it now
        </button>
      }
    >
      <p>
        <ParentStanding standing={standing} />: {meaningOf(standing)}.{' '}
        <span class="quiet">
          {askedAt === undefined ? (
            'This node has not asked it yet.'
          ) : (
            <>
              This node asked{' '}
              {servers.length === 0 ? 'the zone above, which is in the same document' : 'all of its servers'}{' '}
              <Since at={askedAt} /> ago.
            </>
          )}
        </span>
      </p>
      {silence === undefined ? null : (
        <p class="bad">
          <Since at={silence.at} /> ago it was not told: {silence.why}
        </p>
      )}
      {servers.length > 0 ? (
        <Table kind="cards labelled" columns={['Server', 'DS records that it has']}>
          {servers.map(({ server, ds }) => (
            <tr key={server}>
              <th scope="row">{server}</th>
              <td>{ds.length === 0 ? <span class="quiet">none</span> : <Lines lines={ds} />}</td>
            </tr>
          ))}
        </Table>
      ) : (
        <Lines lines={ds} />
      )}
      {missing.length === 0 ? null : (
        <>
          <p>What it should have, and not all of its servers do:</p>
          {missing.map(line => (
            <Copy key={line} text={line} what="the missing DS record" />
          ))}
        </>
      )}
      <p class="complaint" role="alert">
        {complaint}
      </p>
    </Panel>
  )
}

/** Whichever was asked later. */
function newer(seen: DnssecView['parent'], told: ParentView | undefined): DnssecView['parent'] {
  const at = ({ askedAt, silence }: DnssecView['parent']): number => Date.parse(silence?.at ?? askedAt ?? '') || 0
  return told === undefined || at(seen) > at(told) ? seen : told
}

const Lines = ({ lines }: { readonly lines: readonly string[] }) => (
  <>
    {lines.map(line => (
      <code key={line} class="block">
        {line}
      </code>
    ))}
  </>
)
