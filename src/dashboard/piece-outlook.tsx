// What a change of the document would do to clients, worked out by the server with maps of its own for it: that may take seconds.
import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Simulation } from '../control-plane/admin/api.js'
import { call, sentenceOf } from './api.js'
import { Waiting } from './parts.js'
import { Moves } from './region-sheet.js'

export interface Outlook {
  readonly told: ReadonlySignal<Simulation | undefined>
  readonly complaint: ReadonlySignal<string>
}

export function usePieceOutlook(patch: object): Outlook {
  const told = useSignal<Simulation | undefined>(undefined)
  const complaint = useSignal('')
  const key = JSON.stringify(patch)
  useEffect(() => {
    call<Simulation>('POST', '/v1/simulate', { patch: JSON.parse(key) })
      .then(simulation => {
        told.value = simulation
      })
      .catch((error: unknown) => {
        complaint.value = sentenceOf(error)
      })
  }, [key, told, complaint])
  return { told, complaint }
}

export function PieceOutlook({ outlook: { told, complaint } }: { readonly outlook: Outlook }) {
  return (
    <div class="consequence">
      {told.value === undefined ? (
        <Waiting what="what would become of clients" error={complaint.value} />
      ) : (
        <Moves told={told.value} />
      )}
    </div>
  )
}
