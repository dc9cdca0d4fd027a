// What is done when in a rollover, one line a stage.
import type { RolledView } from '../control-plane/admin/api.js'
import { Moment } from './moment.js'
import { Until } from './parts.js'
import { Table } from './table.js'

/** @param isUnderWay whether the first of it has begun */
export function DnssecCalendar({
  calendar,
  isUnderWay,
}: {
  readonly calendar: RolledView['calendar']
  readonly isUnderWay: boolean
}) {
  return (
    <Table kind="cards labelled stages" columns={['When (UTC)', 'In', 'What is done']}>
      {calendar.map(({ at, does, earliest }, i) => (
        <tr key={at + does} aria-current={isUnderWay && i === 0 ? 'step' : undefined}>
          <td class="ago">
            {earliest ? <span class="quiet block">not before, as the parent is waited for</span> : null}
            <Moment at={at} to="minute" />
          </td>
          <td class="ago">{i === 0 ? isUnderWay ? 'under way' : 'at once' : <Until at={at} />}</td>
          <td>{does}</td>
        </tr>
      ))}
    </Table>
  )
}
