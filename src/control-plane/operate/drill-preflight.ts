// How things stand for the drills of a node: what one would do, what speaks against it, and against going on with it.
import type { Locate } from '../geo/library.js'
import type { Health } from '../health/health.js'
import type { Published } from '../publish/publisher.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Drill, type DrillFacts, type DrillPlan, isUnderWay } from './drill.js'
import { drillRegions, nameOf, signals, slowRegions } from './drill-facts.js'
import { type Foretold, foretell, type Outlook } from './drill-outlook.js'
import type { DrillRecord } from './drill-record.js'
import { DrillRefused } from './drill-refused.js'
import type { DrillRules } from './drill-rules.js'
import { objectionsTo } from './drill-trouble.js'
import type { Override } from './override.js'
import type { Overrides } from './overrides.js'

export interface PreflightOptions {
  readonly document: () => TrafficDocument
  readonly health: () => Health
  /** Undefined until the first answer can be given. */
  readonly published: () => Published | undefined
  readonly overrides: Pick<Overrides, 'holding'>
  readonly faults: { whyNoFault(region: string): string | undefined }
  /** Answers a second by region, over the last minute. */
  readonly rates: () => Readonly<Record<string, number>>
  readonly rules: Pick<DrillRules, 'against'>
}

export interface Checked {
  readonly foretold: Foretold
  readonly objections: readonly string[]
}

export class DrillPreflight {
  private readonly options: PreflightOptions
  private readonly drills: () => readonly Drill[]

  constructor(options: PreflightOptions, drills: () => readonly Drill[]) {
    this.options = options
    this.drills = drills
  }

  /** What a plan would do, as things are now. @throws DrillRefused */
  outlook(plan: DrillPlan, locate?: Locate): Outlook {
    const { foretold, objections } = this.foretell(plan, undefined, locate)
    const facts = { regions: this.regions(), objections, shortfalls: [], barred: () => [] }
    return { objections: objectionsTo(plan, facts), ...foretold }
  }

  /** @param record of the drill whose plan it is, if it has one. @throws DrillRefused */
  foretell(plan: DrillPlan, record?: DrillRecord, locate?: Locate): Checked {
    const { published, rates, faults, rules } = this.options
    const current = published()
    if (current === undefined) throw new DrillRefused(['queries are not answered yet'])
    const { foretold, objections } = foretell(current, plan, rates(), locate)
    const another = this.drills().find(drill => drill.id !== record?.drill.id && isUnderWay(drill))
    return {
      foretold,
      objections: [
        ...(another === undefined ? [] : [`${nameOf(another)} is under way`]),
        ...(plan.kind === 'fault' ? plan.targets.flatMap(target => faults.whyNoFault(target) ?? []) : []),
        ...objections,
        ...this.slow(plan),
        ...rules.against(plan, record?.movedAt ?? []),
      ],
    }
  }

  regions(): DrillFacts['regions'] {
    const { document, health, overrides } = this.options
    return drillRegions(document(), health(), overrides.holding())
  }

  private slow(plan: DrillPlan): readonly string[] {
    return slowRegions(plan, this.options.health(), this.options.document().regions)
  }

  /** What speaks against going on with one that is under way. @param own its override, where it is in force */
  trouble({ drill, seconds }: DrillRecord, own: Override | undefined): readonly string[] {
    if (!isUnderWay(drill)) return []
    const began = drill.timeline.find(({ step }) => step === 0)?.at ?? 0
    const since = seconds.filter(({ until }) => until > began)
    const gone = drill.plan.kind === 'switch' && own === undefined
    return [
      ...(gone ? ['its override is not in force any more'] : []),
      ...this.slow(drill.plan),
      ...signals(drill.plan, since, this.options.document().regions),
    ]
  }
}
