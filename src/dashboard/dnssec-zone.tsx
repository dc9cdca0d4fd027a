// How one zone is signed: its keys and what becomes of them, what its parent should have and has, and what can be done.
import { useSignal } from '@preact/signals'
import type { DnssecView } from '../control-plane/admin/api.js'
import { may } from './api.js'
import { In } from './dnssec-calendar.js'
import { useLook } from './dnssec-look.js'
import { DnssecParent, ForParent } from './dnssec-parent.js'
import { RollSheet } from './dnssec-roll.js'
import { Rollover } from './dnssec-rollover.js'
import { SignSheet } from './dnssec-sign.js'
import { Panel, Since, Until, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { linkTo } from './router.js'
import { Table } from './table.js'

export function DnssecZone({ zone }: { readonly zone: string }) {
  const { value, complaint, again } = useReading('/v1/zones/{zone}/dnssec', { path: { zone } }, useLook())
  if (value === undefined) return <Waiting what={`how ${zone} is signed`} error={complaint} />
  return (
    <>
      <div class="bar">
        <h1>DNSSEC of {value.zone}</h1>
        <span class={value.signed ? 'state up' : 'quiet'}>
          {value.signed ? (
            <>
              <span aria-hidden="true">●</span> signed
            </>
          ) : (
            'not signed'
          )}
        </span>
        <a href={linkTo('dnssec')}>All zones</a>
        <a href={linkTo('zones', { zone: value.zone })}>Its records</a>
      </div>
      {complaint === '' ? null : <Waiting what="how it is signed" error={complaint} />}
      {value.alarms.length === 0 ? null : (
        <div role="alert">
          {value.alarms.map(alarm => (
            <p key={alarm} class="alarm told-alarm">
              {alarm}
            </p>
          ))}
        </div>
      )}
      {value.signed ? <Signed view={value} onDone={again} /> : <Unsigned view={value} onDone={again} />}
    </>
  )
}

interface Shown {
  readonly view: DnssecView
  readonly onDone: () => void
}

function Unsigned({ view: { zone }, onDone }: Shown) {
  const asked = useSignal(false)
  return (
    <Panel
      title="Not signed"
      aside={
        may('edit') ? (
          <button
            type="button"
            onClick={() => {
              asked.value = true
            }}
          >
            Sign it …
          </button>
        ) : null
      }
    >
      <p>
        Resolvers cannot tell the answers of this zone from forged ones. Where it is signed they can, as soon as the
        parent has a DS record that leads to its key.
      </p>
      {asked.value ? (
        <SignSheet
          zone={zone}
          to
          onDone={onDone}
          onClose={() => {
            asked.value = false
          }}
        />
      ) : null}
    </Panel>
  )
}

function Signed({ view, onDone }: Shown) {
  return (
    <>
      <Rollover view={view} onDone={onDone} />
      <Keys view={view} onDone={onDone} />
      <ForParent view={view} />
      <DnssecParent view={view} />
      <Signatures view={view} />
    </>
  )
}

function Keys({ view, onDone }: Shown) {
  const { zone, keys, kinds } = view
  const asked = useSignal(false)
  return (
    <Panel
      title="Keys"
      aside={
        kinds.length > 0 && may('admin') ? (
          <button
            type="button"
            onClick={() => {
              asked.value = true
            }}
          >
            Exchange …<span class="hidden"> keys of {zone}</span>
          </button>
        ) : null
      }
    >
      <Table kind="cards labelled keys" columns={['Role', '#Tag', 'Algorithm', 'Now', 'Next', 'At the parent']}>
        {keys.map(key => (
          <KeyRow key={key.file} of={key} />
        ))}
      </Table>
      {asked.value ? (
        <RollSheet
          view={view}
          onDone={onDone}
          onClose={() => {
            asked.value = false
          }}
        />
      ) : null}
    </Panel>
  )
}

const PARTS = { comes: 'new', leaves: 'leaves' } as const

function KeyRow({
  of: { role, part, keyTag, algorithm, state, next, delegated, elsewhere },
}: {
  readonly of: DnssecView['keys'][number]
}) {
  return (
    <tr>
      <th scope="row">
        {role}
        {part === undefined ? null : <span class="quiet"> {PARTS[part]}</span>}
      </th>
      <td class="number">{keyTag}</td>
      <td>
        {algorithm}
        {elsewhere === true ? <span class="quiet block">its private half is elsewhere</span> : null}
      </td>
      <td>{state}</td>
      <td>
        {next === undefined ? (
          <span class="quiet">stays so</span>
        ) : (
          <>
            <In at={next.at} isEarliest={next.earliest} />: {next.state}
          </>
        )}
      </td>
      <td>{delegated ? 'its DS should be there' : ''}</td>
    </tr>
  )
}

function Signatures({ view: { signatures, last } }: { readonly view: DnssecView }) {
  const { count, made, firstExpiration } = signatures
  return (
    <Panel title="Signatures of this node">
      <dl class="facts">
        <dt>There are</dt>
        <dd>
          {count}, of all zones; {made} were made since it started
        </dd>
        <dt>The first expires</dt>
        <dd>
          {firstExpiration === undefined ? (
            '–'
          ) : (
            <>
              in <Until at={firstExpiration} />; they are made anew long before
            </>
          )}
        </dd>
        {last === undefined ? null : (
          <>
            <dt>The last rollover</dt>
            <dd>
              {last.kind}, over <Since at={last.at} /> ago
            </dd>
          </>
        )}
      </dl>
    </Panel>
  )
}
