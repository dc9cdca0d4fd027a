// The steps of a decision, as a person would tell them.
import type { ComponentChildren } from 'preact'
import type { Explanation, ToldRegion } from '../control-plane/admin/api.js'
import { Table } from './table.js'
import { list, whole } from './words.js'

export function Story({ told }: { readonly told: Explanation }) {
  const { question, answer, steered, choice, regions, checks, snapshot } = told
  return (
    <>
      {checks.length === 0 ? null : (
        <p class="alarm" role="alert">
          The reasons and the real answer disagree, which is a fault of this server: {checks.join('; ')}
        </p>
      )}
      <ol class="story">
        <Step title="The question">
          <p>
            <code>{question.name}</code> <code>{question.type}</code>, asked by the resolver{' '}
            <code>{question.resolver}</code>
            {question.client === null ? (
              ', which says nothing of its client'
            ) : (
              <>
                {' '}
                for a client in <code>{question.client}</code>
              </>
            )}
          </p>
        </Step>
        <Step title="The name">
          <p>{nameSentence(told)}</p>
        </Step>
        {steered === null ? null : (
          <>
            <Step title="The client">
              <p>{placeSentence(told)}</p>
              {told.location.notes.map(note => (
                <p key={note} class="quiet">
                  {note}
                </p>
              ))}
            </Step>
            <Step title={`Ranking and health, by policy ${steered.policy}`}>
              <RegionTable regions={regions} />
            </Step>
          </>
        )}
        {choice === null ? null : (
          <Step title="The choice">
            <p>
              {choice.regions.length === 0 ? 'No region' : list(choice.regions)}, from the rung{' '}
              <code>{choice.rung}</code> of the ladder
            </p>
          </Step>
        )}
        <Step title="The answer">
          <p class="answer">
            <code class={answer.rcode === 'NOERROR' ? '' : 'bad'}>{answer.rcode}</code>
            {answer.authoritative ? ' authoritative' : ''}
            {answer.truncated ? ', truncated: a resolver would ask again by TCP' : ''}
          </p>
          {[...answer.records, ...answer.authority].map(record => (
            <pre key={record}>{record}</pre>
          ))}
          <dl>
            <dt>TTL</dt>
            <dd>
              {answer.ttl === null ? '–' : `${answer.ttl} s`}: {answer.ttlReason}
            </dd>
            <dt>Scope</dt>
            <dd>
              {answer.scope === null ? '–' : `/${answer.scope}`}: {answer.scopeReason}
            </dd>
            {answer.errors.length === 0 ? null : (
              <>
                <dt>Extended error</dt>
                <dd>{answer.errors.join('; ')}</dd>
              </>
            )}
            <dt>Snapshot</dt>
            <dd>
              {snapshot.version}, published {new Date(snapshot.publishedAt).toISOString()}
              {snapshot.widened ? '' : '; scopes are still being widened'}
            </dd>
          </dl>
        </Step>
      </ol>
    </>
  )
}

function Step({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <li>
      <h2>{title}</h2>
      {children}
    </li>
  )
}

function nameSentence({ zone, found: { kind, at, aliases } }: Explanation): string {
  if (zone === null) return 'It is in none of the zones that are served here.'
  const by = at === null ? '' : `, by the records of ${at}`
  const along = aliases.length === 0 ? '' : `, along ${list(aliases)}`
  return `It is in the zone ${zone}${along}${by}: ${kind}.`
}

function placeSentence({ location: { source, address, network, place, database } }: Explanation): string {
  if (source === 'none') return 'Where the client is plays no part.'
  const by = source === 'client-subnet' ? 'the client subnet' : 'the address of the resolver'
  if (place === null) return `Told by ${by}, ${address}: nothing is known of it.`
  const where = [place.city, place.subdivision, place.country].filter(part => part !== null).join(', ')
  const at = place.latitude === null ? '' : ` (${place.latitude.toFixed(2)}, ${place.longitude?.toFixed(2)})`
  return `Told by ${by}, ${address}: ${where === '' ? 'a place without a name' : where}${at}, says ${database} of ${network}.`
}

function RegionTable({ regions }: { readonly regions: readonly ToldRegion[] }) {
  return (
    <Table kind="cards ranked" columns={['#Rank', 'Region', '#Distance, km', 'Verdict', 'Why']}>
      {regions.map(({ region, rank, kilometres, state, why }) => (
        <tr key={region} class={state}>
          <td class="number">{rank ?? 'fallback'}</td>
          <th scope="row">{region}</th>
          <td class="number">{kilometres === null ? '–' : whole(kilometres)}</td>
          <td>
            <span class={`verdict ${state}`}>{state.replace('-', ' ')}</span>
          </td>
          <td>{why}</td>
        </tr>
      ))}
    </Table>
  )
}
