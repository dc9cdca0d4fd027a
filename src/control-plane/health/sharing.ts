// Which checks one probe serves: they ask an address the same, as often, and judge what it says alike, whatever they are called.
import type { ProbedCheckSpec } from '../traffic/document/check.js'
import type { Mirror } from './mirror.js'

const questions = new WeakMap<ProbedCheckSpec, string>()

/** Equal for checks that one probe can serve. */
export function questionOf(spec: ProbedCheckSpec): string {
  const there = questions.get(spec)
  if (there !== undefined) return there
  // What is told by name, or to a program, is for that check alone.
  const named = spec.type === 'push' || spec.type === 'passive' || spec.type === 'exec'
  const apart = { id: named ? spec.id : undefined, observe: undefined, votes: undefined, enabled: undefined }
  const question = JSON.stringify({ ...spec, ...apart })
  questions.set(spec, question)
  return question
}

/** What is asked of what, however the check is called; a `targetKey` is the name of its check, and the address. */
const probeKey = ({ spec, key }: Pick<Mirror, 'spec' | 'key'>): string => questionOf(spec) + key.slice(spec.id.length)

/** Finds the target whose probe serves another one too. Most documents bring no new target, and then nothing is looked up. */
export class Sharing {
  readonly #before: Iterable<Mirror>
  #byProbe: Map<string, Mirror> | undefined

  constructor(before: Iterable<Mirror>) {
    this.#before = before
  }

  /** One that is known to be down takes nobody along that is held to be up: no edit takes a region out by itself. */
  twinOf(recruit: Pick<Mirror, 'spec' | 'key' | 'known'>): Mirror | undefined {
    this.#byProbe ??= new Map([...this.#before].map(mirror => [probeKey(mirror), mirror]))
    const twin = this.#byProbe.get(probeKey(recruit))
    const { known } = recruit
    return known === undefined || known.streak.up === twin?.known?.streak.up ? twin : undefined
  }

  add(mirror: Mirror): void {
    this.#byProbe?.set(probeKey(mirror), mirror)
  }
}

/** By the id of the probe that serves them. */
export function byProbe(mirrors: Iterable<Mirror>): ReadonlyMap<number, readonly Mirror[]> {
  const map = new Map<number, Mirror[]>()
  for (const mirror of mirrors) {
    const there = map.get(mirror.id)
    if (there === undefined) map.set(mirror.id, [mirror])
    else there.push(mirror)
  }
  return map
}
