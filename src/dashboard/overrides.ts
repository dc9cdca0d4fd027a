// The words of operators that are in force for the time being, as the server has them.
import { signal } from '@preact/signals'
import type { OverrideView } from '../control-plane/admin/api.js'
import { get } from './api.js'

export const overrides = signal<readonly OverrideView[]>([])

export async function readOverrides(): Promise<void> {
  overrides.value = (await get('/v1/overrides')).overrides
}

const WORDS = {
  up: 'up, whatever its checks find',
  down: 'down',
  observe: 'as it was, whatever its checks find',
}

/** `down`, `drained by 40 %`, `up, whatever its checks find` */
export const wordOf = ({ state, percent }: Pick<OverrideView, 'state' | 'percent'>): string =>
  state === 'drain' ? `drained by ${percent} %` : WORDS[state]
