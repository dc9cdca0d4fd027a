// The world: who gets which region now, and who would take over.
import { useSignal } from '@preact/signals'
import type { Catchment } from '../control-plane/admin/api.js'
import { catchment, countryName, heirs, landShares, mainRegion, problem } from './catchment.js'
import { regions } from './live.js'
import { colourOf } from './palette.js'
import { Panel, Since, Waiting } from './parts.js'
import { rateOf } from './rates.js'
import { goTo, linkTo } from './router.js'
import { clients, noClients, seenPlaces } from './seen-clients.js'
import { serves } from './standing.js'
import { State } from './state.js'
import { known, name, pick, steered } from './steered-names.js'
import { Table } from './table.js'
import { amount, list, percent } from './words.js'
import { WorldMap } from './world-map.js'

export function World() {
  const pointed = useSignal<string | undefined>(undefined)
  const all = regions.value ?? []
  const ids = all.map(({ id }) => id)
  const isBare = known.value && steered.value.length === 0
  const point = (region: string | undefined): void => {
    pointed.value = region
  }
  return (
    <>
      <div class="bar">
        <h1>World</h1>
        {isBare ? null : <NamePicker />}
        {catchment.value === undefined ? null : (
          <span class="quiet">
            policy <code>{catchment.value.policy}</code>
          </span>
        )}
      </div>
      {isBare ? (
        <p class="quiet">
          Nothing is steered yet. Once a name of a <a href={linkTo('zones')}>zone</a> has a policy in place of an
          address, the map shows which region each part of the world gets.
        </p>
      ) : null}
      {problem.value === '' ? null : <Waiting what="the map" error={problem.value} />}
      <div class="split">
        <WorldMap
          catchment={catchment.value}
          regions={all}
          pointed={pointed.value}
          onPoint={point}
          onPick={(latitude, longitude) => goTo('explain', whyAt(latitude, longitude))}
          places={seenPlaces.value}
        />
        <Panel title="Regions">
          {regions.value?.length === 0 ? <p class="quiet">None yet.</p> : null}
          <ul class="legend">
            {all.map(region => {
              const { id, since, cause } = region
              return (
                <li
                  key={id}
                  data-pointed={pointed.value === id}
                  onMouseEnter={() => point(id)}
                  onMouseLeave={() => point(undefined)}
                >
                  <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
                    <circle cx="5" cy="5" r="5" fill={colourOf(ids, id)} />
                  </svg>
                  <a href={linkTo('regions', { region: id })} onFocus={() => point(id)} onBlur={() => point(undefined)}>
                    {id}
                  </a>
                  <State region={region} />
                  <span class="numbers">
                    <span title="of the land's cells">{percent(landShares.value.get(id) ?? 0)} of land</span>
                    <span>{amount(rateOf(id))} answers/s</span>
                    <Since at={since} />
                  </span>
                  {cause === undefined || serves(region) ? null : <span class="cause">{cause}</span>}
                  {pointed.value === id && serves(region) ? <span class="cause">{heirsOf(id)}</span> : null}
                </li>
              )
            })}
          </ul>
        </Panel>
      </div>
      <details class="panel">
        <summary>Clients that were seen in the last 15 minutes</summary>
        <ClientTable />
      </details>
      {isBare ? null : (
        <details class="panel">
          <summary>The same as a table, by country</summary>
          {catchment.value === undefined ? <Waiting what="the map" /> : <CountryTable catchment={catchment.value} />}
        </details>
      )}
    </>
  )
}

/** Why clients at a place get what they get: what is asked of explain. */
const whyAt = (latitude: number, longitude: number) => ({ name: name.value, near: `${latitude},${longitude}` })

/** What the dots and arcs of the map show. */
function ClientTable() {
  if (noClients.value !== '') return <p class="quiet">{noClients.value}</p>
  if (clients.value === undefined) return <Waiting what="the clients" />
  if (seenPlaces.value.length === 0) return <p class="quiet">Nobody whose place is known asked for a steered name.</p>
  return (
    <Table kind="clients" columns={['Place', 'Region', '#Share']}>
      {seenPlaces.value.slice(0, 50).map(({ latitude, longitude, country, region, share }) => (
        <tr key={`${latitude} ${longitude}`}>
          <th scope="row">
            {country === undefined ? '' : `${countryName(country)}, `}
            {latitude.toFixed(0)}°, {longitude.toFixed(0)}°
          </th>
          <td>{region}</td>
          <td class="number">{percent(share)}</td>
        </tr>
      ))}
    </Table>
  )
}

function NamePicker() {
  return (
    <label>
      for{' '}
      <select value={name.value} onChange={event => pick(event.currentTarget.value)}>
        {steered.value.map(({ owner }) => (
          <option key={owner}>{owner}</option>
        ))}
      </select>
    </label>
  )
}

function heirsOf(id: string): string {
  const known = heirs(id)
  if (known.length === 0) return 'no land has it as its region now'
  return `without it: ${list(known.map(({ region = 'nothing', share }) => `${region} ${percent(share)}`))}`
}

function CountryTable({ catchment }: { readonly catchment: Catchment }) {
  const rows = new Map<string, { at: readonly [number, number]; now: Set<string>; next: Set<string> }>()
  for (const [latitude, longitude, country, now, next] of catchment.cells) {
    const row = rows.get(country) ?? { at: [latitude, longitude] as const, now: new Set(), next: new Set() }
    row.now.add(mainRegion(catchment, now) ?? 'nothing')
    row.next.add(mainRegion(catchment, next) ?? 'nothing')
    rows.set(country, row)
  }
  const sorted = [...rows].map(([code, row]) => ({ country: countryName(code), code, ...row }))
  sorted.sort((a, b) => a.country.localeCompare(b.country))
  return (
    <Table columns={['Country', 'Region now', 'Without it']}>
      {sorted.map(({ country, code, at, now, next }) => (
        <tr key={code}>
          <th scope="row">
            <a href={linkTo('explain', whyAt(...at))} title={`Why clients in ${country} get what they get`}>
              {country}
            </a>
          </th>
          <td>{[...now].join(', ')}</td>
          <td>{[...next].join(', ')}</td>
        </tr>
      ))}
    </Table>
  )
}
