// Days that are over, one line of JSON each: in memory, or in a file as well, so that many days can be lived through in pieces. Each line
// names the world, how it was lived through, and by which program; one that was cut off in the middle counts for nothing.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** All that a day is lived through by. */
const PROGRAM = ['../../../dist/', './'].map(folder => fileURLToPath(new URL(folder, import.meta.url)))

export class DayLog {
  days = new Map()

  /** @param path '' where nothing is to be kept @param hours of a day @param broken number of a way to break the fleet; 0 for none */
  constructor(path, hours, broken) {
    Object.assign(this, { path, hours, broken, program: programHash() })
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
    const day = { hours: this.hours, broken: this.broken, ...JSON.parse(line), program: this.program }
    this.take(day)
    if (this.path !== '') appendFileSync(this.path, `${JSON.stringify(day)}\n`)
  }

  take(day) {
    const isOfOurs = ['hours', 'broken', 'program'].every(key => day?.[key] === this[key])
    if (isOfOurs) this.days.set(day.seed, day)
  }
}

/** Another one lives through other days: what was built, and the world that it is put into. */
function programHash() {
  const hash = createHash('sha256')
  for (const folder of PROGRAM)
    for (const name of readdirSync(folder, { recursive: true }).sort())
      if (/\.m?js$/.test(name)) hash.update(`${name}\n`).update(readFileSync(join(folder, name)))
  return hash.digest('hex').slice(0, 12)
}

function dayIn(line) {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
