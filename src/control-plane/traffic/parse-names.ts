// Regions as policies name them: by id or by tag. Every name must mean something.
import type { Selection } from './document/policy.js'
import type { Region } from './document/region.js'
import type { Report } from './finding.js'
import type { Path } from './path.js'
import { nearest } from './suggest.js'

/** The ids and tags that there are. */
export class RegionNames {
  readonly ids: ReadonlySet<string>
  /** The same text for the same ids and tags. */
  readonly said: string
  private readonly byName = new Map<string, readonly string[]>()

  constructor(regions: ReadonlyMap<string, Region>) {
    this.ids = new Set(regions.keys())
    this.said = JSON.stringify([...regions.values()].map(({ id, tags }) => [id, tags]))
    for (const { id, tags = [] } of regions.values())
      for (const name of [id, ...tags]) this.byName.set(name, [...(this.byName.get(name) ?? []), id])
  }

  /** The ids of the regions that a selection means. */
  regionsOf(selection: Selection): readonly string[] {
    const meant = new Set(selection.flatMap(name => this.byName.get(name) ?? []))
    return [...this.ids].filter(id => meant.has(id))
  }

  /** Reports a name that means nothing. */
  require(name: string, path: Path, report: Report): void {
    if (this.byName.has(name)) return
    report({ path, message: `no region and no tag is named "${name}"`, suggestion: nearest(name, this.byName.keys()) })
  }
}

type Written = string | readonly (string | undefined)[] | undefined

/** A lone name, or a list of them, each once. */
export function readSelection(written: Written, names: RegionNames, path: Path, report: Report): Selection {
  const list = typeof written === 'string' ? [written] : (written ?? [])
  const found = new Set<string>()
  list.forEach((name, i) => {
    if (name === undefined) return
    const at = typeof written === 'string' ? path : [...path, i]
    if (found.has(name)) report({ path: at, message: `"${name}" is already in this list` })
    else names.require(name, at, report)
    found.add(name)
  })
  return [...found]
}

/** Numbers by name, each of which must mean something. */
export function readNumbers(
  written: Readonly<Record<string, number | undefined>>,
  names: RegionNames,
  path: Path,
  report: Report,
): Readonly<Record<string, number>> {
  const entries = Object.entries(written).filter((entry): entry is [string, number] => entry[1] !== undefined)
  for (const [name] of entries) names.require(name, [...path, name], report)
  return Object.fromEntries(entries)
}
