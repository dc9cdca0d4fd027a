// Days that are over, one line of JSON each: in memory, or in a file as well, so that many days can be lived through in pieces. Each line
// names the world and how it was lived through; one that was cut off in the middle counts for nothing.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export class DayLog {
  days = new Map()

  /** @param path '' where nothing is to be kept @param hours of a day @param broken number of a way to break the fleet; 0 for none */
  constructor(path, hours, broken) {
    Object.assign(this, { path, hours, broken })
    if (path === '' || !existsSync(path)) return
    const text = readFileSync(path, 'utf8')
    for (const line of text.split('\n')) this.take(dayIn(line))
    if (text !== '' && !text.endsWith('\n')) appendFileSync(path, '\n')
  }

  has(seed) {
    return this.days.has(seed)
  }

  /** Of these seeds, those that are known. */
  of(seeds) {
    return seeds.flatMap(seed => this.days.get(seed) ?? [])
  }

  /** @param line what a process says of a day */
  add(line) {
    const day = { hours: this.hours, broken: this.broken, ...JSON.parse(line) }
    this.take(day)
    if (this.path !== '') appendFileSync(this.path, `${JSON.stringify(day)}\n`)
  }

  take(day) {
    if (day?.hours === this.hours && day.broken === this.broken) this.days.set(day.seed, day)
  }
}

function dayIn(line) {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
