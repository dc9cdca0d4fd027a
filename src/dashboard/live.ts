// What every view shows of the server, kept fresh by a steady beat.
import { signal } from '@preact/signals'
import type { RegionList, RegionView, StatusView } from '../control-plane/admin/api.js'
import { get, session } from './api.js'

export const status = signal<StatusView | undefined>(undefined)
export const regions = signal<readonly RegionView[] | undefined>(undefined)
/** Why what is shown is not what is: the server cannot be reached. */
export const silence = signal<{ readonly since: number; readonly why: string } | undefined>(undefined)
/** Counts the changes, so that views which hold more can look again. */
export const change = signal(0)

const BEAT_MS = 2000

let timer: ReturnType<typeof setTimeout> | undefined
let looking = false

/** Looks at once, and goes on looking while somebody is signed in. */
export async function refresh(): Promise<void> {
  if (looking || session.peek() === null) return
  looking = true
  clearTimeout(timer)
  try {
    const [newStatus, list] = await Promise.all([get<StatusView>('/v1/status'), get<RegionList>('/v1/regions')])
    const version = status.peek()?.snapshot?.version
    status.value = newStatus
    // The same list is the same object: nothing is drawn anew.
    if (JSON.stringify(list.regions) !== JSON.stringify(regions.peek())) regions.value = list.regions
    silence.value = undefined
    if (newStatus.snapshot?.version !== version) change.value++
  } catch (error) {
    silence.value ??= { since: Date.now(), why: error instanceof Error ? error.message : String(error) }
  } finally {
    looking = false
    if (session.peek() !== null) timer = setTimeout(refresh, document.hidden ? BEAT_MS * 5 : BEAT_MS)
  }
}

export function unfollow(): void {
  clearTimeout(timer)
  status.value = undefined
  regions.value = undefined
}
