// The incidents that are kept, over a restart too: one file, in which the oldest that are over give way.
import { KeptValue } from '../state/kept-value.js'
import { type Incident, isOpen } from './incident.js'
import type { KeptIncidents } from './incidents-kept.js'

/** Incidents that are kept. */
export const MOST_INCIDENTS = 200
/** They are saved no more often than this, ms. */
const SAVE_EVERY_MS = 1000

export class IncidentBook {
  readonly #path: string
  readonly #file: KeptValue<KeptIncidents>
  readonly #onProblem: (sentence: string, error: unknown) => void
  #next: number
  #incidents: readonly Incident[]
  #saving: NodeJS.Timeout | undefined

  constructor(path: string, kept: KeptIncidents, onProblem: (sentence: string, error: unknown) => void) {
    this.#path = path
    this.#file = new KeptValue(path)
    this.#onProblem = onProblem
    this.#next = kept.next
    this.#incidents = kept.incidents
  }

  /** Never given before. */
  nextId(): string {
    return String(this.#next++)
  }

  /** Newest first. */
  list(): readonly Incident[] {
    return [...this.#incidents].reverse()
  }

  get(id: string): Incident | undefined {
    return this.#incidents.find(incident => incident.id === id)
  }

  openOf(region: string): Incident | undefined {
    return this.#incidents.find(incident => incident.region === region && isOpen(incident))
  }

  /** In place of what it was. */
  put(incident: Incident): void {
    const there = this.#incidents.findIndex(({ id }) => id === incident.id)
    const next = there < 0 ? [...this.#incidents, incident] : this.#incidents.with(there, incident)
    const over = next.length > MOST_INCIDENTS ? next.findIndex(one => !isOpen(one)) : -1
    this.#incidents = next.length > MOST_INCIDENTS ? next.toSpliced(Math.max(0, over), 1) : next
    this.#saving ??= setTimeout(() => void this.save(), SAVE_EVERY_MS).unref()
  }

  /** Resolves when all is saved. */
  async save(): Promise<void> {
    clearTimeout(this.#saving)
    this.#saving = undefined
    const kept: KeptIncidents = { next: this.#next, incidents: this.#incidents }
    await this.#file.save(kept).catch(err => this.#onProblem(`${this.#path} cannot be written`, err))
  }
}
