// What the server says that a rollover would do when; nothing is done.
import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { RolledView } from '../control-plane/admin/api.js'
import { call, sentenceOf } from './api.js'
import type { Asked } from './operations.js'

export type Wish = Asked<'POST', '/v1/zones/{zone}/dnssec/rollover'>['body']

export interface Plan {
  readonly calendar: ReadonlySignal<RolledView['calendar'] | undefined>
  readonly complaint: ReadonlySignal<string>
}

/** Asked anew where the wish is another. */
export function usePlan(zone: string, wish: Wish): Plan {
  const calendar = useSignal<RolledView['calendar'] | undefined>(undefined)
  const complaint = useSignal('')
  const asked = useSignal('')
  const key = JSON.stringify(wish)
  asked.value = key
  useEffect(() => {
    calendar.value = undefined
    complaint.value = ''
    call('POST', '/v1/zones/{zone}/dnssec/rollover', {
      path: { zone },
      body: { ...(JSON.parse(key) as Wish), dryRun: true }, // as it was written above
    })
      .then(planned => {
        if (asked.peek() === key) calendar.value = planned.calendar
      })
      .catch((error: unknown) => {
        if (asked.peek() === key) complaint.value = sentenceOf(error)
      })
  }, [zone, key, calendar, complaint, asked])
  return { calendar, complaint }
}
