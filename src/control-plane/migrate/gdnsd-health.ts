// What gdnsd's plugins say of the health of addresses, inherited from each level of the configuration to the one below.
import { isTrue, numberOf, stringsOf, type Vscf, type VscfMap } from './vscf.js'

export interface HealthWords {
  readonly services: readonly string[]
  /** The share of the addresses, 0 to 1, that must be up. */
  readonly threshold: number
  readonly ignoreHealth: boolean
  /** Of `weighted`: several addresses in an answer. */
  readonly multi: boolean
}

export const DEFAULT_HEALTH: HealthWords = { services: ['up'], threshold: 0.5, ignoreHealth: false, multi: false }

const WORDS: readonly string[] = ['service_types', 'up_thresh', 'ignore_health', 'multi']

export function inherit(parent: HealthWords, map: VscfMap): HealthWords {
  return {
    services: map.has('service_types') ? stringsOf(map.get('service_types')) : parent.services,
    threshold: numberOf(map.get('up_thresh'), parent.threshold),
    ignoreHealth: map.has('ignore_health') ? isTrue(map.get('ignore_health')) : parent.ignoreHealth,
    multi: map.has('multi') ? isTrue(map.get('multi')) : parent.multi,
  }
}

/** What a map says besides: labels and what they stand for. */
export const entriesOf = (map: VscfMap): readonly (readonly [label: string, value: Vscf])[] =>
  [...map].filter(([key]) => !WORDS.includes(key))
