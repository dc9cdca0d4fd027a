// What a publisher signs, and with what: names when they are compiled, what can be drawn of a choice when it is chosen, and, where
// it is wanted, what another health could ask for before it does.
import type { Slots } from '../../snapshot/slots.js'
import type { Snapshot } from '../../snapshot/snapshot.js'
import type { Health } from '../health/health.js'
import type { OutsideSigner } from '../keys/outside-signer.js'
import type { KeysOf } from '../keys/zone-keys.js'
import { piecemeal } from '../threads/steps.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type ForcedRegions, NOTHING_FORCED } from './forced.js'
import { type CompiledNames, compileNames } from './names.js'
import { regionNumbers, regionWords } from './region-states.js'
import { foreseeable, inSlices } from './sign-ahead.js'
import { Signatures } from './signatures.js'
import type { SerialOf } from './signed-serials.js'
import { SignedViews, type ViewsByOrigin } from './signed-views.js'
import { SteeredSignatures } from './steered-signatures.js'
import type { SigningTime } from './validity.js'
import type { World } from './world.js'

/** Where signed zones get their keys from, and what time it is. */
export interface SigningSource {
  /** Resolves when all zones of the document that are to be signed have keys. */
  readonly prepare: (document: TrafficDocument) => Promise<void>
  readonly keysOf: KeysOf
  readonly time: () => SigningTime
  /** Signs with keys whose private halves are elsewhere. */
  readonly outside?: OutsideSigner | undefined
  /** Whether what another health could ask for is signed before it does. */
  readonly ahead?: boolean
  /** Of zones that secondaries have. */
  readonly serialOf: SerialOf
}

/** What there is of signatures. */
export interface SignatureCounts {
  readonly count: number
  /** Made since the start. */
  readonly made: number
  /** When the first of them expires, seconds since 1970; Infinity where there are none. */
  readonly firstExpiration: number
}

/** Before anything was probed: a region has all of its addresses. */
const NOBODY_KNOWS: Health = new Map()
/** Signatures that are made before anybody asks, all names together; a hundred bytes each. */
const MOST_AHEAD = 50_000
/** Two different sums are as good as certain to be found. */
const MOST_SEEDS = 16

export class Signing {
  private readonly source: SigningSource | undefined
  private readonly slots: { readonly regions: Slots; readonly zones: Slots }
  /** Of names. */
  private readonly fixed: Signatures
  /** Of what can be drawn. */
  private readonly drawn = new Signatures()
  private readonly steered = new SteeredSignatures()
  private readonly signedViews: SignedViews

  /** No zone is signed without a source. */
  constructor(source: SigningSource | undefined, slots: { readonly regions: Slots; readonly zones: Slots }) {
    this.source = source
    this.slots = slots
    this.fixed = new Signatures(source?.outside)
    this.signedViews = new SignedViews(source?.serialOf ?? (({ soa }) => soa.serial))
  }

  counts(): SignatureCounts {
    const both = [this.fixed, this.drawn]
    return {
      count: both.reduce((sum, { size }) => sum + size, 0),
      made: both.reduce((sum, { count }) => sum + count, 0),
      firstExpiration: Math.min(...both.map(({ firstExpiration }) => firstExpiration)),
    }
  }

  /** What secondaries get of signed zones, as they are being served. */
  views(): ViewsByOrigin {
    return this.signedViews.current()
  }

  /** Makes those of what can be drawn anew that are no longer fresh. */
  async renew(): Promise<void> {
    if (this.source !== undefined) await this.drawn.renew(this.source.time())
  }

  /** A few ms at a time. */
  async compile(document: TrafficDocument): Promise<CompiledNames> {
    const { source, fixed, drawn, signedViews, slots } = this
    if (source === undefined) return piecemeal(compileNames(document, slots.zones))
    await source.prepare(document)
    const { keysOf } = source
    return fixed.complete(
      source.time(),
      () =>
        piecemeal(
          compileNames(document, slots.zones, { keysOf, signatures: fixed, steered: drawn, views: signedViews }),
        ),
      ({ answers }) => answers.bytes,
    )
  }

  /** To be called with what was compiled, before it is published. */
  begin({ names }: World): void {
    this.signedViews.end()
    if (this.source !== undefined) this.drawn.begin(this.source.time())
    this.steered.begin(names.signees)
  }

  /** The regions, and signatures of all that can be drawn of them. */
  sign(
    { document, names }: World,
    chosen: Pick<Snapshot, 'steerings' | 'choices' | 'members'>,
    { health, forced }: { readonly health: Health; readonly forced: ForcedRegions },
  ): Pick<Snapshot, 'regions' | 'addresses' | 'signatures'> {
    if (this.source !== undefined) this.drawn.setTime(this.source.time())
    for (let tries = 0; tries < MOST_SEEDS; tries++) {
      const words = regionWords(document, health, forced, this.slots.regions, names.targetLinks, this.steered.seed)
      const signatures = this.steered.update({ ...chosen, ...words })
      if (signatures !== undefined) return { ...words, signatures }
    }
    throw new Error('no digests were found that tell all sets of regions apart')
  }

  /** Forgets what nothing that is published asks for. */
  end(): void {
    this.drawn.end()
  }

  /**
   * To be called when what was begun has been published, in place of `end`.
   * @param goesOn whether the world is still the one that is served
   * @returns whether what another health could ask for is signed, and there is something to publish
   */
  async ahead({ document, names }: World, goesOn: () => boolean): Promise<boolean> {
    const { source, steered, drawn } = this
    if (source === undefined || names.signees.length === 0) return false
    const numbers = regionNumbers(document)
    const regions = regionWords(
      document,
      NOBODY_KNOWS,
      NOTHING_FORCED,
      this.slots.regions,
      names.targetLinks,
      steered.seed,
    )
    const steps = steered.ahead((at, gives) => foreseeable(names.steerings[at]!, numbers, gives), regions, MOST_AHEAD)
    const still = (): boolean => {
      drawn.setTime(source.time())
      return goesOn()
    }
    if (!(await inSlices(steps, still)) || !still()) return false
    drawn.end()
    return steered.isAhead
  }
}
