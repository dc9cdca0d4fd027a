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
    <Table kind="cards labelled stages" columns={['When (UTC)', 'What is done']}>
      {calendar.map(({ at, does, earliest }, i) => (
        <tr key={at + does} aria-current={isUnderWay && i === 0 ? 'step' : undefined}>
          <td class="ago">
            <Moment at={at} to="minute" />
            <span class="quiet block">
              {i === 0 ? isUnderWay ? 'under way' : 'at once' : <In at={at} isEarliest={earliest} />}
            </span>
          </td>
          <td>{does}</td>
        </tr>
      ))}
    </Table>
  )
}

/** How long until then; later where the parent is waited for. */
export function In({ at, isEarliest }: { readonly at: string; readonly isEarliest: boolean }) {
  return (
    <>
      in <Until at={at} />
      {isEarliest ? ' or later' : ''}
    </>
  )
}
