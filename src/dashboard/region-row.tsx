// One region in the table: how it stands and why, what its checks find, what it carries, and what can be done to it.
import type { AddressView, LoadList, RegionView } from '../control-plane/admin/api.js'
import { may } from './api.js'
import { landShares } from './catchment.js'
import { LoadCell } from './loads.js'
import { wordOf } from './overrides.js'
import { Since, Until } from './parts.js'
import { rateOf } from './rates.js'
import { type Deed, deedsFor, scopeOf, VERBS } from './region-deeds.js'
import { linkTo } from './router.js'
import { Sparks } from './sparks.js'
import { State } from './state.js'
import { amount, percent } from './words.js'

interface RowProps {
  readonly region: RegionView
  readonly isShown: boolean
  /** Absent where no region has a load. */
  readonly load: { readonly reported: LoadList['loads'][number] | undefined } | undefined
  readonly onAsk: (deed: Deed) => void
}

export function RegionRow({ region, isShown, load, onAsk }: RowProps) {
  const { id, description, since, takenOut, override } = region
  return (
    <tr data-shown={isShown}>
      <th scope="row">
        {id}
        <span class="quiet block">{description}</span>
        <a class="befell" href={linkTo('incidents', { region: id })}>
          Incidents<span class="hidden"> of {id}</span>
        </a>{' '}
        {may('edit') ? (
          <a class="befell" href={linkTo('document', { section: 'regions', id })}>
            Edit<span class="hidden"> {id}</span>
          </a>
        ) : null}
      </th>
      <td>
        <State region={region} />
      </td>
      <td>
        <Since at={takenOut?.at ?? (region.enabled ? override?.createdAt : undefined) ?? since} />
      </td>
      <td class="cause">
        <Why region={region} />
        {region.ttl === undefined ? null : (
          <span class="block held">its answers are kept for {region.ttl} s at the most</span>
        )}
      </td>
      <td>
        {region.health.map(address => (
          <AddressLine key={address.address} address={address} />
        ))}
        <Sparks region={id} />
      </td>
      <td class="number">{amount(rateOf(id))}</td>
      <td class="number">{percent(landShares.value.get(id) ?? 0)}</td>
      {load === undefined ? null : (
        <td>
          <LoadCell region={region} load={load.reported} />
        </td>
      )}
      <td class="actions">
        <div class="buttons">
          {deedsFor(region)
            .filter(deed => may(scopeOf(deed, region)))
            .map((deed, i) => (
              // The one that is wanted most stays where the hand is.
              <button key={i} type="button" onClick={() => onAsk(deed)}>
                {VERBS[deed]} … <span class="hidden">{id}</span>
              </button>
            ))}
        </div>
      </td>
    </tr>
  )
}

/** What somebody has said of it, beside what its checks find. */
function Why({ region: { enabled, takenOut, override, state, cause, since } }: { readonly region: RegionView }) {
  const isForced = !enabled || override !== undefined
  return (
    <>
      {enabled ? null : (
        <span class="block held">
          disabled in the document{takenOut === undefined ? '' : ` by ${takenOut.actor}`}
          {takenOut?.reason === undefined ? '' : `: ${takenOut.reason}`}
        </span>
      )}
      {override === undefined ? null : (
        <span class="block held">
          {wordOf(override)} by {override.actor}
          {override.expiresAt === undefined ? null : (
            <>
              , <Until at={override.expiresAt} /> still
            </>
          )}
          : {override.reason}
        </span>
      )}
      {cause ?? (isForced ? 'its checks find it up' : state === 'up' ? '' : 'not known yet')}
      {isForced && since !== undefined && state !== 'disabled' ? (
        <>
          , for <Since at={since} />
        </>
      ) : null}
    </>
  )
}

function AddressLine({ address: { address, up, checks, override } }: { readonly address: AddressView }) {
  return (
    <div class="address">
      <span class={up ? 'dot up' : 'dot down'} aria-hidden="true" /> <code>{address}</code>
      <span class="hidden">{up ? 'up' : 'down'}</span>
      {override === undefined ? null : (
        <span class="held" title={`${override.actor}: ${override.reason}`}>
          {wordOf(override)}
        </span>
      )}
      {checks.map(({ check, lastMs, lastError, run, unavailable, up: passing, votes }) => (
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
          {votes === undefined ? '' : `, ${votesInWords(votes)}`}
        </span>
      ))}
    </div>
  )
}

type Votes = NonNullable<AddressView['checks'][number]['votes']>

/** By what the nodes of a fleet have come to it. */
function votesInWords({ basis, ups, of }: Votes): string {
  switch (basis) {
    case 'votes':
      return `up by ${ups} of ${of} votes`
    case 'own':
      return 'by this node alone'
    case 'held':
      return `as the votes were last: up by ${ups} of ${of}`
    case 'local':
      return 'down as this node sees it'
  }
}
