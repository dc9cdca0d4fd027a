// What was made of parts of a document: of the same parts it is not made again, and stays the same object, by which others see
// that nothing changed.
import type { Report } from './finding.js'

export class SameMade<T> {
  private known: { readonly parts: readonly unknown[]; readonly made: T } | undefined

  /**
   * @param parts all that it is made of
   * @param make must depend on nothing else; what it reports of is made again each time
   */
  of(parts: readonly unknown[], report: Report, make: (report: Report) => T): T {
    const { known } = this
    if (known !== undefined && parts.every((part, i) => part === known.parts[i])) return known.made
    let sound = true
    const made = make(finding => {
      sound = false
      report(finding)
    })
    this.known = sound ? { parts, made } : undefined
    return made
  }
}
