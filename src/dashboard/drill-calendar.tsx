// The calendar of drills, as a table of weeks.
import type { DrillView } from '../control-plane/admin/api.js'
import { type Day, weeksAround } from './drill-weeks.js'
import { Panel } from './parts.js'
import { linkTo } from './router.js'
import { Table } from './table.js'
import { isoDay, isoMinute } from './words.js'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
/** The week before, this one, and those that one plans for. */
const WEEKS = 6

/** @param now epoch ms */
export function DrillCalendar({ drills, now }: { readonly drills: readonly DrillView[]; readonly now: number }) {
  return (
    <Panel title="Calendar" aside={<span class="quiet">days and times in UTC</span>}>
      <Table kind="calendar" columns={DAYS}>
        {weeksAround(drills, now, WEEKS).map(week => (
          <tr key={week[0]?.at}>
            {week.map((day, i) => (
              <DayCell
                key={day.at}
                day={day}
                weekday={DAYS[i]!}
                isToday={isoDay(day.at) === isoDay(now)}
                isOver={day.at < now}
              />
            ))}
          </tr>
        ))}
      </Table>
    </Panel>
  )
}

function DayCell({
  day: { at, entries },
  weekday,
  isToday,
  isOver,
}: {
  readonly day: Day
  readonly weekday: string
  readonly isToday: boolean
  readonly isOver: boolean
}) {
  const [, month, day] = isoDay(at).split('-')
  const kinds = [isToday ? 'today' : isOver ? 'over' : '', entries.length === 0 ? 'free' : '']
  return (
    <td class={kinds.filter(kind => kind !== '').join(' ')} aria-current={isToday ? 'date' : undefined}>
      <time dateTime={isoDay(at)}>
        {/* Where there is no room for weeks, days stand one below the other, without a head. */}
        <span class="weekday">{weekday} </span>
        {day}
        <span class="quiet"> {MONTHS[Number(month) - 1]}</span>
      </time>
      {entries.map(({ id, at, regions, standing }) => (
        <a
          key={`${id} ${at}`}
          class={`entry ${standing.replace(' ', '-')}`}
          href={linkTo('drills', { drill: id })}
          title={`drill ${id}: ${standing}`}
        >
          {isoMinute(at).slice(11)} {regions.join(', ')} <span class="hidden">, {standing}</span>
        </a>
      ))}
    </td>
  )
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
