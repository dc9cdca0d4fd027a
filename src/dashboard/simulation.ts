// What the server says that a change would do to clients. Where it is of the whole document it makes maps of its own for it: that may take seconds.
import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Simulation } from '../control-plane/admin/api.js'
import { call, sentenceOf } from './api.js'
import type { Asked } from './operations.js'

export interface Outlook {
  readonly told: ReadonlySignal<Simulation | undefined>
  readonly complaint: ReadonlySignal<string>
}

type Would = Asked<'POST', '/v1/simulate'>['body']

/** Time to let go of a slider, ms. */
const PAUSE_MS = 200

/** Asked anew where it is another change. @param would what would be another way, as the API has it */
export function useSimulation(would: Would): Outlook {
  const told = useSignal<Simulation | undefined>(undefined)
  const complaint = useSignal('')
  const asked = useSignal('')
  const key = JSON.stringify(would)
  asked.value = key
  useEffect(() => {
    const look = (): void =>
      void call('POST', '/v1/simulate', { body: JSON.parse(key) as Would })
        .then(simulation => {
          if (asked.peek() !== key) return
          told.value = simulation
          complaint.value = ''
        })
        .catch((error: unknown) => {
          if (asked.peek() === key) complaint.value = sentenceOf(error)
        })
    const timer = setTimeout(look, told.peek() === undefined ? 0 : PAUSE_MS)
    return () => clearTimeout(timer)
  }, [key, told, complaint, asked])
  return { told, complaint }
}
