// Where clients are that were seen asking, and which region they get: for the map, kept fresh while somebody looks.
import { computed, effect, signal } from '@preact/signals'
import type { ClientsView } from '../control-plane/admin/api.js'
import { ApiError, get, signedIn } from './api.js'
import { place } from './router.js'

export const clients = signal<ClientsView | undefined>(undefined)
/** Why there are none, in a sentence. */
export const noClients = signal('')

/** Drawn at the most: the rest asks so little that nobody would see it. */
const DRAWN = 200
const LOOK_MS = 10_000

let timer: ReturnType<typeof setInterval> | undefined

const looking = computed(() => signedIn.value && place.value.view === 'world')

effect(() => {
  clearInterval(timer)
  if (!looking.value) return
  void look()
  timer = setInterval(() => void look(), LOOK_MS)
})

async function look(): Promise<void> {
  try {
    clients.value = await get('/v1/clients', { query: { window: '15m' } })
    noClients.value = ''
  } catch (error) {
    // That the server cannot be reached is said elsewhere.
    if (error instanceof ApiError) noClients.value = error.message
  }
}

export interface SeenPlace {
  readonly latitude: number
  readonly longitude: number
  readonly country: string | undefined
  /** The one that most of its queries are sent to. */
  readonly region: string
  /** Of all that was seen, 0 to 1. */
  readonly share: number
}

/** Most queries first. */
export const seenPlaces = computed<readonly SeenPlace[]>(() => {
  const { places = [], unplaced = 0 } = clients.value ?? {}
  const all = places.reduce((sum, { regions }) => sum + queriesOf(regions), unplaced)
  return places.slice(0, DRAWN).flatMap(({ regions, country, latitude, longitude }) => {
    const [most] = regions
    if (most === undefined) return []
    return [{ latitude, longitude, country, region: most.region, share: queriesOf(regions) / all }]
  })
})

const queriesOf = (regions: readonly { readonly queries: number }[]): number =>
  regions.reduce((sum, { queries }) => sum + queries, 0)
