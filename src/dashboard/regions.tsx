// The regions as a table that reads at a glance; taking one out and bringing it back.
import { useSignal } from '@preact/signals'
import type { AddressView, RegionView } from '../control-plane/admin/api.js'
import { may } from './api.js'
import { landShares } from './catchment.js'
import { regions } from './live.js'
import { LoadCell, useLoads } from './loads.js'
import { OverrideSheet } from './override-sheet.js'
import { Overrides, wordOf } from './overrides.js'
import { Since, State, Waiting } from './parts.js'
import { rateOf } from './rates.js'
import { RegionSheet } from './region-sheet.js'
import { linkTo, place } from './router.js'
import { Sparks } from './sparks.js'
import { amount, percent } from './words.js'

export function Regions() {
  const asked = useSignal<RegionView | undefined>(undefined)
  const worded = useSignal<RegionView | undefined>(undefined)
  const all = regions.value
  const shown = place.value.query.get('region')
  const loads = useLoads()
  const hasLoads = loads.size > 0 || all?.some(({ capacity }) => capacity !== undefined)
  if (all === undefined) return <Waiting what="the regions" />
  return (
    <>
      <h1>Regions</h1>
      <Overrides />
      <div class="scroll">
        <table class="cards regions">
          <thead>
            <tr>
              <th scope="col">Region</th>
              <th scope="col">State</th>
              <th scope="col">Since</th>
              <th scope="col">Why</th>
              <th scope="col">Addresses and checks</th>
              <th scope="col" class="number">
                Answers/s
              </th>
              <th scope="col" class="number">
                Of land
              </th>
              {hasLoads ? <th scope="col">Load</th> : null}
              <th scope="col">
                <span class="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map(region => (
              <tr key={region.id} data-shown={region.id === shown}>
                <th scope="row">
                  {region.id}
                  <span class="quiet block">{region.description}</span>
                  <a class="befell" href={linkTo('incidents', { region: region.id })}>
                    Incidents <span class="hidden">of {region.id}</span>
                  </a>
                </th>
                <td>
                  <State state={region.state} />
                </td>
                <td>
                  <Since at={region.since} />
                </td>
                <td class="cause">
                  {region.override === undefined ? null : <Held override={region.override} />}
                  {whyOf(region)}
                </td>
                <td>
                  {region.health.map(address => (
                    <AddressLine key={address.address} address={address} />
                  ))}
                  <Sparks region={region.id} />
                </td>
                <td class="number">{amount(rateOf(region.id))}</td>
                <td class="number">{percent(landShares.value.get(region.id) ?? 0)}</td>
                {hasLoads ? (
                  <td>
                    <LoadCell region={region} load={loads.get(region.id)} />
                  </td>
                ) : null}
                <td class="actions">
                  <div class="buttons">
                    <button
                      type="button"
                      disabled={!may('operate')}
                      onClick={() => {
                        worded.value = region
                      }}
                    >
                      Override … <span class="hidden">{region.id}</span>
                    </button>
                    <button
                      type="button"
                      disabled={!may('edit')}
                      onClick={() => {
                        asked.value = region
                      }}
                    >
                      {region.enabled ? 'Disable' : 'Enable'} <span class="hidden">{region.id}</span>
                    </button>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {worded.value === undefined ? null : (
        <OverrideSheet
          region={worded.value}
          onClose={() => {
            worded.value = undefined
          }}
        />
      )}
      {asked.value === undefined ? null : (
        <RegionSheet
          region={asked.value}
          onClose={() => {
            asked.value = undefined
          }}
        />
      )}
    </>
  )
}

/** What an operator has said of it, beside what its checks find. */
function Held({ override }: { readonly override: NonNullable<RegionView['override']> }) {
  return (
    <span class="block held">
      {wordOf(override)} by {override.actor}: {override.reason}
    </span>
  )
}

function whyOf({ state, cause, enabled }: RegionView): string {
  if (!enabled) return `taken out by an operator${cause === undefined ? '' : `; besides: ${cause}`}`
  return cause ?? (state === 'up' ? '' : 'unknown')
}

function AddressLine({ address: { address, up, checks } }: { readonly address: AddressView }) {
  return (
    <div class="address">
      <span class={up ? 'dot up' : 'dot down'} aria-hidden="true" /> <code>{address}</code>
      <span class="hidden">{up ? 'up' : 'down'}</span>
      {checks.map(({ check, lastMs, lastError, run, unavailable, up: passing }) => (
        <span key={check} class="check" title={lastError ?? 'passed'}>
          {check}
          {lastError === undefined
            ? lastMs === undefined
              ? ''
              : ` ${lastMs.toFixed(lastMs < 10 ? 1 : 0)} ms`
            : unavailable === true
              ? ' unavailable'
              : ' failed'}
          {run > 0 ? ` (${run} in a row ${passing ? 'failed' : 'passed'})` : ''}
        </span>
      ))}
    </div>
  )
}
