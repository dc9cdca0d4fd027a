// A region as the API shows it: the document's words and today's health side by side. Pure.
import { endpoints, GIVES, type Gives } from '../health/endpoints.js'
import type { AddressHealth, CheckHealth } from '../health/health.js'
import type { Prober } from '../health/prober.js'
import type { Ballot, Poll } from '../health/quorum.js'
import { regionUp } from '../health/region-up.js'
import type { ProbeResult } from '../health/trace.js'
import type { Override } from '../operate/override.js'
import type { CheckSpec } from '../traffic/document/check.js'
import type { Region } from '../traffic/document/region.js'
import type { AddressView, HealthInFull, RegionView } from './api-region.js'
import { isoTime } from './api-values.js'
import { heldView } from './override-view.js'
import type { TakenOut } from './taken-out.js'

/** `health` is that of its addresses, as far as the prober knows them. */
export function regionView(
  region: Region,
  health: readonly AddressHealth[] = [],
  override?: Override,
  takenOut?: TakenOut,
  said?: SaidOfAddresses,
): RegionView {
  const { id, description, location, country, tags, tier, addresses, target, checks, weight, ttl, capacity, enabled } =
    region
  return {
    id,
    ...(description === undefined ? {} : { description }),
    ...(location === undefined ? {} : { location }),
    ...(country === undefined ? {} : { country }),
    ...(tags === undefined ? {} : { tags }),
    ...(tier === undefined ? {} : { tier }),
    addresses: addresses.map(({ text }) => text),
    ...(target === undefined ? {} : { target: target.text }),
    checks,
    weight,
    ...(ttl === undefined ? {} : { ttl }),
    ...(capacity === undefined ? {} : { capacity }),
    enabled,
    ...heldBy(override),
    ...(takenOut === undefined || enabled ? {} : { takenOut }),
    ...regionHealth(region, health, said),
  }
}

/** What operators have said of addresses, by the address. */
export type SaidOfAddresses = ReadonlyMap<string, { readonly by: Override }>

export const heldBy = (override: Override | undefined): Pick<RegionView, 'override'> =>
  override === undefined ? {} : { override: heldView(override) }

/** A region is up while enough of its addresses of either family are, as it is for steering. */
export function regionHealth(
  region: Region,
  health: readonly AddressHealth[] = [],
  said?: SaidOfAddresses,
): Pick<RegionView, 'state' | 'since' | 'cause' | 'health'> {
  const { enabled, minimumUp } = region
  const own = endpoints(region)
  const known = own.map(({ text }) => health.find(({ address }) => address === text) ?? unknown(text))
  const ups = (gives: Gives) => known.filter((_, i) => own[i]?.gives === gives).map(address => address.up)
  const up = GIVES.some(gives => regionUp(ups(gives), minimumUp))
  const since = enabled ? sinceOf(known, up) : undefined
  const cause = causeOf(known)
  return {
    state: !enabled ? 'disabled' : up ? 'up' : 'down',
    ...(since === undefined ? {} : { since: isoTime(since) }),
    ...(cause === undefined ? {} : { cause }),
    health: known.map(address => ({ ...addressView(address), ...heldBy(said?.get(address.address)?.by) })),
  }
}

/** Steering takes an address as up until the prober has heard of it, so it is shown that way. */
const unknown = (address: string): AddressHealth => ({
  address,
  up: true,
  since: Number.NaN,
  changeInMs: Infinity,
  checks: [],
})

/** Up for as long as the address that has been up longest; down since the last one went. */
function sinceOf(addresses: readonly AddressHealth[], up: boolean): number | undefined {
  const times = addresses.filter(address => address.up === up && !Number.isNaN(address.since)).map(({ since }) => since)
  return times.length === 0 ? undefined : up ? Math.min(...times) : Math.max(...times)
}

/** A lone address need not be named: it is the region. */
function causeOf(addresses: readonly AddressHealth[]): string | undefined {
  const causes = addresses.filter(({ up }) => !up).map(({ address, cause = 'down' }) => ({ address, cause }))
  if (causes.length === 0) return undefined
  return causes.map(({ address, cause }) => (addresses.length === 1 ? cause : `${address} ${cause}`)).join('; ')
}

function addressView({ address, up, since, cause, changeInMs, admitted, checks }: AddressHealth): AddressView {
  return {
    address,
    up,
    ...(Number.isNaN(since) ? {} : { since: isoTime(since) }),
    ...(cause === undefined ? {} : { cause }),
    // JSON has no infinity: what nothing checks cannot change.
    ...(Number.isFinite(changeInMs) ? { changeInMs } : {}),
    ...(admitted === undefined ? {} : { admitted }),
    checks: checks.map(checkView),
  }
}

function checkView(known: CheckHealth): AddressView['checks'][number] {
  const {
    check,
    up,
    since,
    run,
    failingSince,
    lastAt,
    nextAt,
    lastMs,
    lastError,
    lastWarning,
    certificateDays,
    heldUntil,
    observe,
    unavailable,
    within,
    votes,
  } = known
  return {
    check,
    up,
    ...(since === undefined ? {} : { since: isoTime(since) }),
    run,
    ...(failingSince === undefined ? {} : { failingSince: isoTime(failingSince) }),
    ...(lastAt === undefined ? {} : { lastAt: isoTime(lastAt) }),
    ...(nextAt === undefined ? {} : { nextAt: isoTime(nextAt) }),
    ...(lastMs === undefined ? {} : { lastMs }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(lastWarning === undefined ? {} : { lastWarning }),
    ...(certificateDays === undefined ? {} : { certificateDays }),
    ...(heldUntil === undefined ? {} : { heldUntil: isoTime(heldUntil) }),
    ...(observe === undefined ? {} : { observe }),
    ...(unavailable === undefined ? {} : { unavailable }),
    ...(within === undefined ? {} : { within }),
    ...(votes === undefined ? {} : { votes }),
  }
}

/** What the prober tells is of a check and an address; what has an address of its own is probed there. */
export function healthInFull(
  region: Region,
  checks: ReadonlyMap<string, CheckSpec>,
  health: readonly AddressHealth[] | undefined,
  prober: Pick<Prober, 'recent' | 'poll'>,
  said?: SaidOfAddresses,
): Omit<HealthInFull, 'region' | 'override'> {
  const { health: addresses, ...rest } = regionHealth(region, health, said)
  return {
    ...rest,
    health: addresses.map(address => ({
      ...address,
      checks: address.checks.map(check => {
        const probed = ownAddress(checks.get(check.check)) ?? address.address
        return {
          ...check,
          recent: prober.recent(check.check, probed).map(resultView),
          ...ballotsView(prober.poll(check.check, probed)),
        }
      }),
    })),
  }
}

type CheckInFull = HealthInFull['health'][number]['checks'][number]

/** This node first. */
function ballotsView(poll: Poll | undefined): Pick<CheckInFull, 'ballots'> {
  if (poll === undefined) return {}
  const view = ({ node, group, up, trusted }: Ballot, self: boolean) => ({ node, group, self, up, trusted })
  const { own, others } = poll
  return { ballots: [...(own === undefined ? [] : [view(own, true)]), ...others.map(one => view(one, false))] }
}

const ownAddress = (spec: CheckSpec | undefined): string | undefined =>
  spec === undefined || spec.type === 'calculated' ? undefined : spec.address

function resultView({ endedAt, ms, passed, error, phases }: ProbeResult): CheckInFull['recent'][number] {
  return { at: isoTime(endedAt), ms, passed, ...(error === undefined ? {} : { error }), ...phases }
}
