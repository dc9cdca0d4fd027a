// The zones and what is in them.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { StaticView, SteeredView, ZoneView } from '../control-plane/admin/api.js'
import { get, may, sentenceOf } from './api.js'
import { change } from './live.js'
import { NewPiece } from './new-piece.js'
import { Panel, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { goTo, linkTo, place } from './router.js'
import { Table } from './table.js'
import { ZoneName } from './zone-name.js'
import { ZoneSettings } from './zone-settings.js'

interface Records {
  readonly records: readonly StaticView[]
  readonly steered: readonly SteeredView[]
}

export function Zones() {
  const { query } = place.value
  const [zone, name] = [query.get('zone'), query.get('name')]
  if (zone !== null && name !== null) return <ZoneName key={`${name} ${zone}`} zone={zone} name={name} />
  return zone !== null && query.has('settings') ? <ZoneSettings key={zone} zone={zone} /> : <AllZones />
}

function AllZones() {
  const zones = useSignal<readonly ZoneView[] | undefined>(undefined)
  const records = useSignal<Records | undefined>(undefined)
  const complaint = useSignal('')
  useSignalEffect(() => {
    void change.value
    const wanted = place.value.query.get('zone')
    const read = async () => {
      const list = (await get('/v1/zones')).zones
      const zone = wanted ?? list[0]?.zone
      zones.value = list
      records.value = zone === undefined ? undefined : await get('/v1/zones/{zone}/records', { path: { zone } })
      complaint.value = ''
    }
    read().catch((error: unknown) => {
      complaint.value = sentenceOf(error)
    })
  })
  if (zones.value === undefined || complaint.value !== '') return <Waiting what="the zones" error={complaint.value} />
  const current = place.value.query.get('zone') ?? zones.value[0]?.zone
  const zone = zones.value.find(each => each.zone === current)
  return (
    <>
      <div class="bar">
        <h1>Zones</h1>
        <nav aria-label="Zones" class="tabs">
          {zones.value.map(({ zone }) => (
            <a key={zone} href={linkTo('zones', { zone })} aria-current={zone === current ? 'page' : undefined}>
              {zone}
            </a>
          ))}
        </nav>
      </div>
      {may('edit') ? (
        <NewPiece
          label="New zone"
          hint="example.net"
          taken={zones.value.map(({ zone }) => zone)}
          onWrite={zone => goTo('zones', { zone, settings: 'edit' })}
        />
      ) : null}
      {zone === undefined ? <NoZone /> : <ZoneFacts zone={zone} />}
      {records.value === undefined || current === undefined ? null : <RecordTables zone={current} {...records.value} />}
    </>
  )
}

const NoZone = () => (
  <p class="quiet">
    No zone is served: every query is refused. Write one here, or bring a whole document with{' '}
    <code>meridian apply</code>.
  </p>
)

function ZoneFacts({ zone: { zone, soa, ttl, nameservers, staticRecords, ecsTrust } }: { readonly zone: ZoneView }) {
  return (
    <Panel
      title="The zone"
      aside={may('edit') ? <a href={linkTo('zones', { zone, settings: 'edit' })}>Edit its settings</a> : null}
    >
      <dl class="facts">
        <dt>Serial</dt>
        <dd>{soa.serial}</dd>
        <dt>Name servers</dt>
        <dd>{nameservers.join(', ')}</dd>
        <dt>TTL of records</dt>
        <dd>{ttl} s</dd>
        <dt>Negative TTL</dt>
        <dd>{soa.minimum} s</dd>
        <dt>Static records</dt>
        <dd>{staticRecords}</dd>
        <dt>Client subnets are believed from</dt>
        <dd>{ecsTrust.join(', ')}</dd>
      </dl>
    </Panel>
  )
}

/** Names as the document has them, by what they are in full: those of zone files have none. */
function useWritten(zone: string): ReadonlyMap<string, string> {
  const asked = { path: { zone }, query: { limit: '1000' } }
  const { value } = useReading('/v1/traffic/zones/{zone}/records', asked, change.value)
  const origin = zone.endsWith('.') ? zone : `${zone}.`
  return new Map(value?.entries.map(({ id }) => [id === '@' ? origin : id.endsWith('.') ? id : `${id}.${origin}`, id]))
}

function RecordTables({ zone, records, steered }: Records & { readonly zone: string }) {
  const written = useWritten(zone)
  const edit = (owner: string) => {
    const name = written.get(owner)
    return name === undefined || !may('edit') ? null : (
      <a href={linkTo('zones', { zone, name })}>
        Edit <span class="hidden">{owner}</span>
      </a>
    )
  }
  return (
    <>
      {may('edit') ? (
        <NewPiece
          label="New name"
          hint="www"
          taken={[...written.values()]}
          onWrite={name => goTo('zones', { zone, name })}
        />
      ) : null}
      <Panel title="Steered names">
        {steered.length === 0 ? (
          <p class="quiet">None: everybody gets the same from this zone.</p>
        ) : (
          <Table
            kind="cards labelled"
            columns={['Name', 'Policy', 'Candidates', 'Fallback', 'TTL, s', 'When all are down', '.Actions']}
          >
            {steered.map(({ owner, policy, regions, fallback, ttl, whenAllDown }) => (
              <tr key={owner}>
                <th scope="row">
                  <a href={linkTo('explain', { name: owner })}>{owner}</a>
                </th>
                <td>{policy}</td>
                <td>{regions.join(', ')}</td>
                <td>{fallback.join(', ')}</td>
                <td>{ttl.min === ttl.max ? ttl.max : `${ttl.min} to ${ttl.max}`}</td>
                <td>{whenAllDown}</td>
                <td class="actions">{edit(owner)}</td>
              </tr>
            ))}
          </Table>
        )}
      </Panel>
      <Panel title="Static records">
        {records.length === 0 ? (
          <p class="quiet">None in the document.</p>
        ) : (
          <Table kind="cards labelled" columns={['Name', 'Type', '#TTL, s', 'Data', '.Actions']}>
            {records.map(({ owner, type, ttl, data }) => (
              <tr key={`${owner} ${type} ${data}`}>
                <th scope="row">{owner}</th>
                <td>{type}</td>
                <td class="number">{ttl}</td>
                <td>
                  <code>{data}</code>
                </td>
                <td class="actions">{edit(owner)}</td>
              </tr>
            ))}
          </Table>
        )}
      </Panel>
    </>
  )
}
