// What is remembered of signed zones besides their keys: whether they were signed, and the rollover that is under way. JSON.
import { ROLLOVER_KINDS, type Rollover, stagesOf } from './rollover.js'

export interface KeyState {
  readonly signed: boolean
  readonly rollover?: Rollover
  /** The one that was over last. */
  readonly last?: { readonly kind: Rollover['kind']; readonly at: number }
}

/** By the name of the zone, in lower case and with the final dot. */
export type KeyStates = Readonly<Record<string, KeyState>>

export const NO_KEY_STATES: KeyStates = {}

/** Whether what somebody else has written is such. */
export const areKeyStates = (value: unknown): value is KeyStates =>
  isObject(value) && Object.values(value).every(isState)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isState = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['signed'] === 'boolean' &&
  (value['rollover'] === undefined || (isObject(value['rollover']) && isRollover(value['rollover'])))

function isRollover(value: Readonly<Record<string, unknown>>): boolean {
  const kind = ROLLOVER_KINDS.find(kind => kind === value['kind'])
  const { emergency, stage, seen, actor, reason } = value
  if (kind === undefined || typeof emergency !== 'boolean' || typeof stage !== 'number') return false
  if (typeof actor !== 'string' || typeof reason !== 'string') return false
  const numbers = [value['since'], value['zoneTtl'], value['dsTtl'], ...(seen === undefined ? [] : [seen])]
  const lists = [value['old'], value['new']]
  return (
    stagesOf({ kind, emergency })[stage] !== undefined &&
    numbers.every(number => Number.isFinite(number)) &&
    lists.every(list => Array.isArray(list) && list.every(file => typeof file === 'string'))
  )
}
