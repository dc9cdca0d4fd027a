// When what is shown of keys is read anew: whenever something has become of them, and now and then, for parents are asked besides.
import { useComputed } from '@preact/signals'
import { change, happened } from './live.js'
import { clock } from './parts.js'

const LOOK_MS = 30_000

/** Another each time. */
export const useLook = (): string =>
  useComputed(() => `${change.value} ${happened.dnssec.value} ${Math.floor(clock.value / LOOK_MS)}`).value
