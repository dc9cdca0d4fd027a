// Rollovers as they are begun, looked after, and ended: keys are made and put aside, and what is under way outlives the process.
import { formatName } from '../../dns/name.js'
import type { SharedValue } from '../state/shared-value.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { advance, calendar, type Planned } from './advance.js'
import { exchange, RolloverRefused, type RolloverWish } from './exchange.js'
import { inTurns } from './in-turns.js'
import type { KeyState, KeyStates } from './key-states.js'
import { type KeyStore, stateKey } from './key-store.js'
import { longestTtl } from './longest-ttl.js'
import type { Parents } from './parents.js'
import { hasEmergency, isReversible, type Rollover } from './rollover.js'
import { isWhole, stageOf } from './staged-keys.js'
import type { StoredKey } from './stored-key.js'

interface RolloversOptions {
  readonly keys: KeyStore
  readonly states: SharedValue<KeyStates>
  /** Seconds since 1970; where clocks differ the earlier one, so that nothing is cut short. */
  readonly now: () => number
  readonly parents: Pick<Parents, 'ask'>
  /** Called when other keys are to sign; resolves when queries get their signatures. */
  readonly apply: () => Promise<void>
  readonly tell: (zone: string, sentence: string) => void
  /** True where other nodes sign the same zones with key files of their own, which a new key would not be among. */
  readonly shared?: (() => boolean) | undefined
  /** True while what is served is of a stage before, since what it has come to could not be signed. */
  readonly behind?: () => boolean
  /** Whether there is a command that signs with keys elsewhere. */
  readonly signsElsewhere?: () => boolean
}

/** So long the keys of a rollover may be on their way, seconds: many times what a write may take. */
const ARRIVAL = 600

export class Rollovers {
  private readonly options: RolloversOptions

  constructor(options: RolloversOptions) {
    this.options = options
  }

  /** What would be done when. @throws RolloverRefused */
  async plan(zone: Zone, wish: RolloverWish, document: TrafficDocument): Promise<readonly Planned[]> {
    const { rollover } = await this.draft(zone, wish, document)
    return calendar(rollover, zone.dnssec!.propagation) // it has keys
  }

  /** From where it has come to. */
  calendarOf({ origin, dnssec }: Zone): readonly Planned[] {
    const rollover = this.options.keys.rolloverOf(origin)
    return rollover === undefined || dnssec === undefined ? [] : calendar(rollover, dnssec.propagation)
  }

  /** @throws RolloverRefused */
  async begin(zone: Zone, wish: RolloverWish, document: TrafficDocument): Promise<Rollover> {
    const { keys, states, apply, tell } = this.options
    const { origin } = zone
    // The parent's TTL is needed before anything is asked of it.
    const { rollover, made } = await this.draft(zone, wish, document)
    // First what they are for: a key that nothing is known of would be in use at once.
    await states.update(all => {
      const state = all[stateKey(origin)]
      if (state?.rollover !== undefined && state.rollover.kind !== 'sign') throw underWay(state.rollover)
      return { ...all, [stateKey(origin)]: { ...state, signed: true, rollover } }
    })
    try {
      await keys.add(origin, made)
    } catch (error) {
      // Where this fails as well it is taken back later, since its keys never come.
      await this.takeBack(zone, rollover).catch(() => undefined)
      throw error
    }
    tell(formatName(origin), `${nameOf(rollover)} has begun: ${stageOf(rollover).does}`)
    await apply()
    return rollover
  }

  /** Takes back what nothing depends on yet. @throws RolloverRefused */
  async cancel(zone: Zone): Promise<void> {
    const rollover = this.options.keys.rolloverOf(zone.origin)
    if (rollover === undefined) throw new RolloverRefused('no rollover is under way')
    if (rollover.kind === 'sign') throw new RolloverRefused('it only waits for resolvers to forget the zone as it was')
    if (!isReversible(rollover))
      throw new RolloverRefused(`it is too late: ${stageOf(rollover).does}; begin another when it is over`)
    await this.takeBack(zone, rollover)
    await this.options.apply()
  }

  private async takeBack({ origin }: Zone, rollover: Rollover): Promise<void> {
    const { keys, states, tell } = this.options
    await keys.retire(origin, rollover.new)
    await states.update(all => {
      const state = all[stateKey(origin)]
      return state?.rollover?.since === rollover.since ? { ...all, [stateKey(origin)]: over(state) } : all
    })
    tell(formatName(origin), `${nameOf(rollover)} was taken back`)
  }

  /** Goes on with whatever is due. */
  async look(document: TrafficDocument): Promise<void> {
    const { keys, apply } = this.options
    const due = [...document.zones.values()].filter(
      ({ origin, dnssec }) => dnssec !== undefined && keys.rolloverOf(origin) !== undefined,
    )
    const changed = await inTurns(due, zone => this.lookAt(zone, document))
    if (changed.includes(true)) await apply()
  }

  /** @returns whether other keys are to sign */
  private async lookAt(zone: Zone, document: TrafficDocument): Promise<boolean> {
    const { keys, states, now, tell, parents } = this.options
    const { origin } = zone
    if (this.options.behind?.() === true) {
      await this.hold(zone)
      return false
    }
    const parent = await parents.ask(zone)
    const facts = { now: now(), zoneTtl: longestTtl(zone, document), propagation: zone.dnssec!.propagation, parent } // it is signed
    const stored = keys.storedOf(origin)
    const before = keys.rolloverOf(origin)
    if (before === undefined) return false
    // Whoever began it was ended before its keys were kept: nobody has seen them.
    if (before.stage === 0 && !isWhole(stored, before) && now() - before.since > ARRIVAL) {
      await this.takeBack(zone, before)
      return true
    }
    // Put aside first: what the last stage makes of the keys that are left is what comes after it.
    if (advance(origin, stored, before, facts) === undefined) await keys.retire(origin, before.old)
    const all = await states.update(all => {
      const state = all[stateKey(origin)]
      if (state?.rollover === undefined) return all
      const next = advance(origin, stored, state.rollover, facts)
      if (JSON.stringify(next) === JSON.stringify(state.rollover)) return all
      return { ...all, [stateKey(origin)]: next === undefined ? over(state, now()) : { ...state, rollover: next } }
    })
    const after = all[stateKey(origin)]?.rollover
    if (after?.stage === before.stage && after.kind === before.kind) return false
    tell(
      formatName(origin),
      after === undefined ? `${nameOf(before)} is over` : `${nameOf(after)}: ${stageOf(after).does}`,
    )
    return true
  }

  /** A stage begins when it is served: until then nobody forgets what was there before. */
  private async hold({ origin }: Zone): Promise<void> {
    const { states, now } = this.options
    await states.update(all => {
      const state = all[stateKey(origin)]
      if (state?.rollover === undefined) return all
      const { seen: _, ...rest } = state.rollover
      return { ...all, [stateKey(origin)]: { ...state, rollover: { ...rest, since: Math.floor(now()) } } }
    })
  }

  /** @throws RolloverRefused */
  private async draft(
    zone: Zone,
    wish: RolloverWish,
    document: TrafficDocument,
  ): Promise<{ readonly rollover: Rollover; readonly made: readonly StoredKey[] }> {
    const { keys, now, shared, parents, signsElsewhere } = this.options
    const { origin } = zone
    const stored = keys.storedOf(origin)
    if (wish.kind === 'sign')
      throw new RolloverRefused(
        zone.dnssec === undefined
          ? 'signing begins when the document says "dnssec: true" of the zone'
          : `${formatName(origin)} is signed`,
      )
    if (zone.dnssec === undefined || stored.length === 0)
      throw new RolloverRefused(`${formatName(origin)} is not signed`)
    const current = keys.rolloverOf(origin)
    if (current !== undefined) throw underWay(current)
    if (wish.emergency && !hasEmergency(wish.kind))
      throw new RolloverRefused(`a rollover of the kind ${wish.kind} cannot be hurried`)
    if (wish.key !== undefined && signsElsewhere?.() !== true)
      throw new RolloverRefused('dnssec.signer of the server settings names no command that signs with a key elsewhere')
    const { old, made } = await exchange(zone, stored, wish)
    if (shared?.() === true && made.length > 0)
      throw new RolloverRefused(
        'the nodes of a fleet have key files of their own, unless dnssec.secret-file lets them share keys: a new key would be on this one only, and what the others sign would be bogus',
      )
    const parent = await parents.ask(zone)
    const rollover: Rollover = {
      kind: wish.kind,
      emergency: wish.emergency,
      old: old.map(({ file }) => file),
      new: made.map(({ file }) => file),
      stage: 0,
      since: Math.floor(now()),
      zoneTtl: longestTtl(zone, document),
      dsTtl: parent?.ttl ?? 0,
      actor: wish.actor,
      reason: wish.reason,
    }
    return { rollover, made }
  }
}

const over = (state: KeyState | undefined, at?: number): KeyState => ({
  signed: state?.signed ?? true,
  ...(at === undefined || state?.rollover === undefined ? {} : { last: { kind: state.rollover.kind, at } }),
})

const nameOf = ({ kind, emergency }: Rollover): string =>
  kind === 'sign'
    ? 'signing the zone'
    : kind === 'unsign'
      ? 'leaving DNSSEC'
      : `the ${emergency ? 'emergency ' : ''}rollover (${kind})`

const underWay = (rollover: Rollover): RolloverRefused =>
  new RolloverRefused(`${nameOf(rollover)} is under way: ${stageOf(rollover).does}`)
