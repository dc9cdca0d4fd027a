// What the gate made of the sections of a document that stand beside its zones.
import type { CheckSpec } from './document/check.js'
import type { PolicySpec } from './document/policy.js'
import type { Region } from './document/region.js'
import { RegionsBefore } from './regions-before.js'
import { SameMade } from './same-made.js'

export class KnownSections {
  readonly checks = new SameMade<ReadonlyMap<string, CheckSpec>>()
  readonly regions = new SameMade<ReadonlyMap<string, Region>>()
  readonly regionsBefore = new RegionsBefore()
  readonly policies = new SameMade<ReadonlyMap<string, PolicySpec>>()
}
