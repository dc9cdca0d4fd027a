// Health as it is kept over a restart: to JSON and back, trusting nothing that comes back.
import type { Known } from './known.js'

/** The form of the file. A new form gets a new number; a file of another form is forgotten, not misread. */
const FORM = 1

export interface SavedTarget {
  readonly check: string
  readonly address: string
  readonly up: boolean
  readonly run: number
  readonly since: number
  readonly failingSince?: number
  readonly lastAt: number
  readonly lastError?: string
  /** For having gone down before, where the check is damped. */
  readonly penalty?: { readonly value: number; readonly at: number }
  readonly heldUntil?: number
}

export interface SavedHealth {
  readonly form: number
  readonly targets: readonly SavedTarget[]
  /** Regions and families that wait to be let back in: `eu-central/4`. */
  readonly waiting?: readonly string[]
}

/** One string for one (check, address) pair: an id may hold no line feed. */
export const targetKey = (check: string, address: string): string => `${check}\n${address}`

/** Targets by `targetKey`; those without a result have nothing to keep. */
export function saveHealth(
  targets: Iterable<readonly [string, Known | undefined]>,
  waiting: readonly string[] = [],
): SavedHealth {
  const saved = [...targets].flatMap(([key, known]): SavedTarget[] => {
    if (known === undefined) return []
    const [check = '', address = ''] = key.split('\n')
    const { streak, since, failingSince, lastAt, lastError, penalty, heldUntil } = known
    return [
      {
        check,
        address,
        up: streak.up,
        run: streak.run,
        since,
        ...(failingSince === undefined ? {} : { failingSince }),
        lastAt,
        ...(lastError === undefined ? {} : { lastError }),
        ...(penalty === undefined ? {} : { penalty }),
        ...(heldUntil === undefined ? {} : { heldUntil }),
      },
    ]
  })
  return { form: FORM, targets: saved, ...(waiting.length === 0 ? {} : { waiting }) }
}

/**
 * What was saved and is still young enough, by `targetKey`. Anything that is not of the form is left out.
 * @param maxAgeMs how long ago the last result may lie
 * @param now epoch ms
 */
export function readSaved(json: unknown, maxAgeMs: number, now: number): Map<string, Known> {
  const known = new Map<string, Known>()
  if (!isRecord(json) || json['form'] !== FORM || !Array.isArray(json['targets'])) return known
  for (const target of json['targets']) {
    if (!isSavedTarget(target)) continue
    const { check, address, up, run, since, failingSince, lastAt, lastError, penalty, heldUntil } = target
    // A result from the future means that a clock was moved; its age is not known.
    if (lastAt > now || now - lastAt > maxAgeMs) continue
    known.set(targetKey(check, address), {
      streak: { up, run },
      since,
      ...(failingSince === undefined ? {} : { failingSince }),
      lastAt,
      ...(lastError === undefined ? {} : { lastError }),
      ...(penalty === undefined ? {} : { penalty }),
      ...(heldUntil === undefined ? {} : { heldUntil }),
    })
  }
  return known
}

/** Who waited to be let back in. A word is waited for however long ago that was. */
export function readWaiting(json: unknown): readonly string[] {
  const waiting = isRecord(json) && json['form'] === FORM ? json['waiting'] : undefined
  return Array.isArray(waiting)
    ? waiting.filter(key => typeof key === 'string' && /^[a-z0-9-]{1,63}\/(4|6|target)$/.test(key))
    : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isSavedTarget(value: unknown): value is SavedTarget {
  return (
    isRecord(value) &&
    typeof value['check'] === 'string' &&
    typeof value['address'] === 'string' &&
    typeof value['up'] === 'boolean' &&
    Number.isSafeInteger(value['run']) &&
    Number(value['run']) >= 0 &&
    Number.isFinite(value['since']) &&
    (value['failingSince'] === undefined || Number.isFinite(value['failingSince'])) &&
    Number.isFinite(value['lastAt']) &&
    (value['lastError'] === undefined || typeof value['lastError'] === 'string') &&
    (value['penalty'] === undefined || isPenalty(value['penalty'])) &&
    (value['heldUntil'] === undefined || Number.isFinite(value['heldUntil']))
  )
}

const isPenalty = (value: unknown): boolean =>
  isRecord(value) && Number.isFinite(value['value']) && Number(value['value']) >= 0 && Number.isFinite(value['at'])
