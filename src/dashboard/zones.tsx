// The zones and what is in them.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { StaticView, SteeredView, ZoneView } from '../control-plane/admin/api.js'
import { get, sentenceOf } from './api.js'
import { change } from './live.js'
import { Panel, Waiting } from './parts.js'
import { linkTo, place } from './router.js'

interface Records {
  readonly records: readonly StaticView[]
  readonly steered: readonly SteeredView[]
}

export function Zones() {
  const zones = useSignal<readonly ZoneView[] | undefined>(undefined)
  const records = useSignal<Records | undefined>(undefined)
  const complaint = useSignal('')
  useSignalEffect(() => {
    void change.value
    const wanted = place.value.query.get('zone')
    const read = async () => {
      const list = (await get<{ readonly zones: readonly ZoneView[] }>('/v1/zones')).zones
      const zone = wanted ?? list[0]?.zone
      zones.value = list
      records.value =
        zone === undefined ? undefined : await get<Records>(`/v1/zones/${encodeURIComponent(zone)}/records`)
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
      {zone === undefined ? <p class="quiet">No zone is served.</p> : <ZoneFacts zone={zone} />}
      {records.value === undefined ? null : <RecordTables {...records.value} />}
    </>
  )
}

function ZoneFacts({ zone: { soa, ttl, nameservers, staticRecords, ecsTrust } }: { readonly zone: ZoneView }) {
  return (
    <Panel title="The zone">
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

function RecordTables({ records, steered }: Records) {
  return (
    <>
      <Panel title="Steered names">
        {steered.length === 0 ? (
          <p class="quiet">None: everybody gets the same from this zone.</p>
        ) : (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Policy</th>
                  <th scope="col">Candidates</th>
                  <th scope="col">Fallback</th>
                  <th scope="col">TTL, s</th>
                  <th scope="col">When all are down</th>
                </tr>
              </thead>
              <tbody>
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
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      <Panel title="Static records">
        {records.length === 0 ? (
          <p class="quiet">None in the document.</p>
        ) : (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Type</th>
                  <th scope="col" class="number">
                    TTL, s
                  </th>
                  <th scope="col">Data</th>
                </tr>
              </thead>
              <tbody>
                {records.map(({ owner, type, ttl, data }) => (
                  <tr key={`${owner} ${type} ${data}`}>
                    <th scope="row">{owner}</th>
                    <td>{type}</td>
                    <td class="number">{ttl}</td>
                    <td>
                      <code>{data}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </>
  )
}
