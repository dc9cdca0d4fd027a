// Signed zones: which are, by what, which rollovers are under way, what parents have, and what somebody has to do.
import type { SignedZonesView } from '../control-plane/admin/api.js'
import { In } from './dnssec-calendar.js'
import { useLook } from './dnssec-look.js'
import { ParentStanding } from './dnssec-words.js'
import { DnssecZone } from './dnssec-zone.js'
import { Since, Until, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { linkTo, place } from './router.js'
import { Table } from './table.js'
import { list } from './words.js'

export function Dnssec() {
  const zone = place.value.query.get('zone')
  return zone === null ? <AllZones /> : <DnssecZone key={zone} zone={zone} />
}

function AllZones() {
  const { value, complaint } = useReading('/v1/dnssec', {}, useLook())
  if (value === undefined || complaint !== '') return <Waiting what="how zones are signed" error={complaint} />
  const { zones, signatures } = value
  return (
    <>
      <div class="bar">
        <h1>DNSSEC</h1>
        {signatures.firstExpiration === undefined ? null : (
          <span class="quiet">
            {signatures.count} signatures on this node, the first of which expires in{' '}
            <Until at={signatures.firstExpiration} />
          </span>
        )}
      </div>
      {zones.some(({ signed }) => signed) ? null : <NothingSigned isEmpty={zones.length === 0} />}
      {zones.length === 0 ? null : (
        <Table
          kind="cards labelled"
          columns={['Zone', 'Signed', 'Algorithm', '#Keys', 'Under way', 'Next', 'Parent', 'To be done']}
        >
          {zones.map(zone => (
            <ZoneRow key={zone.zone} zone={zone} />
          ))}
        </Table>
      )}
    </>
  )
}

const NothingSigned = ({ isEmpty }: { readonly isEmpty: boolean }) => (
  <p class="quiet">
    No zone is signed: resolvers cannot tell its answers from forged ones.{' '}
    {isEmpty ? 'There is no zone either.' : 'Choose one to see what would be done when.'}
  </p>
)

type Row = SignedZonesView['zones'][number]

function ZoneRow({ zone: { zone, signed, algorithms, keys, rollover, parent, alarms } }: { readonly zone: Row }) {
  return (
    <tr>
      <th scope="row">
        <a href={linkTo('dnssec', { zone })}>{zone}</a>
      </th>
      <td>
        {signed ? (
          <span class="state up">
            <span aria-hidden="true">●</span> signed
          </span>
        ) : (
          <span class="quiet">no</span>
        )}
      </td>
      <td>{list(algorithms)}</td>
      <td class="number">{signed ? keys : ''}</td>
      <td>{rollover === undefined ? '' : `${rollover.kind}, stage ${rollover.stage} of ${rollover.stages}`}</td>
      <td>
        {rollover?.next === undefined ? null : (
          <>
            <In at={rollover.next.at} isEarliest={rollover.next.earliest} />: {rollover.next.does}
          </>
        )}
      </td>
      <td>
        {signed ? <ParentStanding standing={parent.standing} /> : null}
        {parent.askedAt === undefined ? null : (
          <span class="quiet block">
            asked <Since at={parent.askedAt} /> ago
          </span>
        )}
      </td>
      <td class={alarms.length === 0 ? '' : 'bad'}>{alarms.join('; ')}</td>
    </tr>
  )
}
