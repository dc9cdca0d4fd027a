// Safety on a node: what judges changes by the rules of the document, remembers facts and who moved what when, and lets
// a change pass or refuses it.
import type { LatencyTable } from '../geo/latency-table.js'
import type { Health } from '../health/health.js'
import type { ForcedRegions } from '../publish/forced.js'
import type { World } from '../publish/world.js'
import type { SharedValue } from '../state/shared-value.js'
import { StoreAway } from '../state/store-away.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { Passage } from '../traffic/store.js'
import { LastMoves, type Mover } from './last-moves.js'
import { type Fact, factNames, holdingFacts, isKeptSafety, type KeptSafety } from './safety/fact.js'
import { broken, type Judgement, judge, type Refusal } from './safety/judge.js'
import { type Licence, notLicensed } from './safety/licence.js'
import type { Circumstances, Situation } from './safety/scene.js'

/** A change that would break rules. Nothing was changed. */
export class SafetyRefused extends Error {
  override readonly name = 'SafetyRefused'
  /** All of them, those among them that the caller did override. */
  readonly refusals: readonly Refusal[]
  constructor(refusals: readonly Refusal[]) {
    super(refusals.map(({ rule, words }) => `${rule}: ${words}`).join('; '))
    this.refusals = refusals
  }
}

export interface SafetyOptions {
  /** Where facts are kept, and who moved what: of this node alone, or of its fleet. */
  readonly kept: SharedValue<KeptSafety>
  readonly document: TrafficDocument
  readonly health: () => Health
  readonly forced: () => ForcedRegions
  /** What answers are made from now; undefined before anything is served. */
  readonly world: () => Pick<World, 'maps' | 'document'> | undefined
  /** Whether resolvers may hold a DS of the zone from its parent, as far as is known; unless told, of none. */
  readonly isChained?: ((zone: Zone) => boolean) | undefined
  readonly onProblem: (sentence: string, error: unknown) => void
  /** Epoch ms. */
  readonly now?: () => number
}

export interface FactWish {
  readonly actor: string
  readonly reason?: string | undefined
  /** For how long it holds; until it is cleared unless told. */
  readonly forMs?: number | undefined
}

export class Safety {
  private readonly options: SafetyOptions
  private readonly now: () => number
  /** What is served, or will be when what was let pass is written. */
  private document: TrafficDocument
  private readonly lastMoves: LastMoves

  constructor(options: SafetyOptions) {
    this.options = options
    this.now = options.now ?? Date.now
    this.document = options.document
    this.lastMoves = new LastMoves(options.kept)
  }

  static readonly NONE: KeptSafety = { facts: [], moves: {} }
  static readonly isKept = isKeptSafety

  /**
   * What the change would break; nothing is changed or remembered. Whatever is not named stays as it is.
   * @param own moves of whoever asks; epoch ms
   */
  judge(change: Partial<Situation>, own: readonly number[] = []): readonly Refusal[] {
    return this.judgement(change, own).refusals
  }

  /** Rules that are broken as things are. */
  broken(): readonly Refusal[] {
    return broken(this.situation(), this.circumstances())
  }

  /**
   * To be called when a change of the document is sound and about to be written.
   * @param world what answers would be made from, where that is known
   * @throws SafetyRefused
   */
  passDocument(document: TrafficDocument, licence: Licence, world?: Situation['world']): Passage {
    return this.passage(document, this.judgement({ document, ...(world === undefined ? {} : { world }) }), licence)
  }

  /** The same for a latency table that is about to have other rows. @throws SafetyRefused */
  passTable(name: string, table: LatencyTable, licence: Licence): Passage {
    const document = withTable(this.document, name, table)
    return this.passage(document, this.judgement({ document }), licence)
  }

  /** The same for other geo data, with the maps that are made of them: clients are taken to be elsewhere. @throws SafetyRefused */
  passWorld(world: Pick<World, 'maps' | 'document'>, licence: Licence): Passage {
    return this.passage(this.document, this.judgement({ world }), licence)
  }

  /** What is against these rows in place of those that a table has; nothing is changed or remembered. */
  judgeTable(name: string, table: LatencyTable): readonly Refusal[] {
    return this.judge({ document: withTable(this.document, name, table) })
  }

  /**
   * To be called when words of operators are about to be in force, or regions are let back in.
   * @returns ids of the rules that were overridden
   * @throws SafetyRefused
   */
  pass(
    change: Partial<Pick<Situation, 'forced' | 'health'>>,
    licence: Licence,
    mover: Mover = this.anybody(),
  ): readonly string[] {
    const { refusals, touched } = this.judgement(change, mover.moves)
    refuse(refusals, licence)
    this.moved([...touched.keys()], mover.at)
    return refusals.map(({ rule }) => rule)
  }

  /** The same for what is made whatever it breaks. @returns what that is */
  made(change: Partial<Pick<Situation, 'forced'>>, mover: Mover = this.anybody()): readonly Refusal[] {
    const { refusals, touched } = this.judgement(change, mover.moves)
    this.moved([...touched.keys()], mover.at)
    return refusals
  }

  /** To be called with each document that comes into force. @returns what it breaks, if nobody asked before */
  served(document: TrafficDocument): readonly Refusal[] {
    if (document === this.document) return []
    const { refusals, touched } = this.judgement({ document })
    this.document = document
    this.moved([...touched.keys()])
    return refusals
  }

  /** Names that rules ask for, in the order of the document, and those that hold though no rule asks any more. */
  factNames(): readonly string[] {
    return [...new Set([...factNames(this.document), ...this.holding().map(({ name }) => name)])]
  }

  holding(): readonly Fact[] {
    return holdingFacts(this.options.kept.current().facts, this.now())
  }

  /** @throws StoreAway where the fleet cannot be told, and nothing is changed */
  setFact(name: string, { actor, reason, forMs }: FactWish): Promise<void> {
    const at = this.now()
    const fact: Fact = {
      name,
      at,
      actor,
      ...(reason === undefined ? {} : { reason }),
      ...(forMs === undefined ? {} : { expiresAt: at + forMs }),
    }
    return this.changeFacts(facts => [...facts.filter(other => other.name !== name), fact])
  }

  /** Whether it did hold. @throws StoreAway where the fleet cannot be told, and nothing is changed */
  async clearFact(name: string): Promise<boolean> {
    let held = false
    await this.changeFacts(facts => {
      const others = facts.filter(fact => fact.name !== name)
      held = others.length < facts.length
      return held ? others : facts
    })
    return held
  }

  /** Resolves when nothing is being written any more. */
  close(): Promise<void> {
    return this.options.kept.settled()
  }

  private passage(document: TrafficDocument, { refusals, touched }: Judgement, licence: Licence): Passage {
    refuse(refusals, licence)
    const before = this.document
    // From here on all others are judged as if it were in force: each alone might be harmless, and both together not.
    this.document = document
    const ids = [...touched.keys()]
    const takeBack = this.lastMoves.note(ids, this.now())
    return {
      overrode: refusals.map(({ rule }) => rule),
      settle: happened => {
        if (happened) return this.moved(ids)
        takeBack()
        if (this.document === document) this.document = before
      },
    }
  }

  private situation(): Situation {
    return { document: this.document, forced: this.options.forced(), health: this.options.health() }
  }

  private anybody(): Mover {
    return { at: this.now(), moves: [] }
  }

  private circumstances(own: readonly number[] = []): Circumstances {
    const now = this.now()
    const world = this.options.world()
    return {
      maps: world?.maps ?? new Map(),
      tables: world?.document.latency ?? new Map(),
      facts: new Set(this.holding().map(({ name }) => name)),
      isChained: this.options.isChained ?? (() => false),
      moves: this.lastMoves.list(own),
      now,
    }
  }

  private judgement(change: Partial<Situation>, own: readonly number[] = []): Judgement {
    const before = this.situation()
    return judge(before, { ...before, ...change }, this.circumstances(own))
  }

  /** In force already. */
  private moved(ids: readonly string[], at = this.now()): void {
    this.lastMoves
      .made(ids, at, this.document.regions)
      .catch(error => this.options.onProblem('who moved what would not be remembered after a restart', error))
  }

  private async changeFacts(change: (facts: readonly Fact[]) => readonly Fact[]): Promise<void> {
    try {
      await this.options.kept.update(value => {
        const before = holdingFacts(value.facts, this.now())
        const after = change(before)
        return after === before ? value : { ...value, facts: after }
      })
    } catch (error) {
      if (error instanceof StoreAway) throw error
      this.options.onProblem('facts hold, but would not survive a restart', error)
    }
  }
}

function refuse(refusals: readonly Refusal[], licence: Licence): void {
  if (refusals.some(refusal => notLicensed(refusal, licence))) throw new SafetyRefused(refusals)
}

const withTable = (document: TrafficDocument, name: string, table: LatencyTable): TrafficDocument => ({
  ...document,
  latency: new Map([...document.latency, [name, table]]),
})
