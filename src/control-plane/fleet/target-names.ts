// The short names of targets, there and back: a digest is not worked out anew for every look.
import { shortName } from './ballot.js'

export class TargetNames {
  private readonly names = new Map<string, string>()
  private readonly targets = new Map<string, string>()

  of(target: string): string {
    const known = this.names.get(target)
    if (known !== undefined) return known
    const name = shortName(target)
    this.names.set(target, name)
    this.targets.set(name, target)
    return name
  }

  /** Which target is meant, of those that were ever asked for. */
  target(name: string): string | undefined {
    return this.targets.get(name)
  }

  /** Forgets others, once they are more than these. */
  keep(targets: { readonly size: number; has(target: string): boolean }): void {
    if (this.names.size <= 2 * targets.size) return
    for (const [target, name] of this.names) {
      if (targets.has(target)) continue
      this.names.delete(target)
      this.targets.delete(name)
    }
  }
}
