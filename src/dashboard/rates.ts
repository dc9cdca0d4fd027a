// How much is asked and answered: the last quarter of an hour, kept fresh, for all views.
import { effect, signal } from '@preact/signals'
import type { RatesView } from '../control-plane/admin/api.js'
import { get, signedIn } from './api.js'

export const recent = signal<RatesView | undefined>(undefined)

const LOOK_MS = 10_000

let timer: ReturnType<typeof setInterval> | undefined

effect(() => {
  clearInterval(timer)
  if (!signedIn.value) return
  const look = (): void =>
    void get('/v1/rates')
      .then(rates => {
        recent.value = rates
      })
      .catch(() => {}) // the status says that the server cannot be reached
  look()
  timer = setInterval(look, LOOK_MS)
})

/** Answers a second with a region's addresses, over the last minute. */
export function rateOf(region: string): number {
  const { slices = [], stepMs = 1 } = recent.value ?? {}
  const last = slices.slice(-6)
  if (last.length === 0) return 0
  return last.reduce((sum, { regions }) => sum + (regions[region] ?? 0), 0) / ((last.length * stepMs) / 1000)
}
