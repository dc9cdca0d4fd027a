// The steered names of all zones, and which of them the views are about.
import { batch, computed, effect, signal } from '@preact/signals'
import type { SteeredView } from '../control-plane/admin/api.js'
import { get } from './api.js'
import { change, status } from './live.js'
import { remembered } from './remembered.js'

export const steered = signal<readonly SteeredView[]>([])
const wish = remembered('name')
/** Whether the names have been read. */
export const known = signal(false)

/** The name that was picked, or else the first. Until it is known which there are it is the one of the last visit. */
export const name = computed(() =>
  !known.value || steered.value.some(({ owner }) => owner === wish.value)
    ? wish.value
    : (steered.value[0]?.owner ?? ''),
)

export function pick(owner: string): void {
  wish.value = owner
}

let read = ''
effect(() => {
  const revision = status.value?.document.revision
  if (revision === undefined || revision === read) return
  read = revision
  void change.peek()
  void readNames()
})

async function readNames(): Promise<void> {
  try {
    const { zones } = await get('/v1/zones')
    const lists = await Promise.all(
      zones
        .filter(({ steeredRecords }) => steeredRecords > 0)
        .map(({ zone }) => get('/v1/zones/{zone}/records', { path: { zone } })),
    )
    batch(() => {
      steered.value = lists.flatMap(list => list.steered)
      known.value = true
    })
    wish.value = name.value
  } catch {
    // The next beat looks again: the status says that the server cannot be reached.
    read = ''
  }
}
