// Steps of policies, from the written form to values with every default filled in; one function a step.
import { SHARING_BITS } from '../../snapshot/map.js'
import { readClientKey } from '../geo/client-key.js'
import type { GeoRule, GroupSpec, StepSpec } from './document/policy.js'
import { parseDuration } from './duration.js'
import type { Report } from './finding.js'
import { type RegionNames, readNumbers, readSelection } from './parse-names.js'
import type { Path } from './path.js'
import { requireKnown } from './references.js'
import type { WrittenSteps } from './schema-policy.js'
import type { Sound } from './shape.js'

/** What steps may refer to, and how the steps of a group are read. */
export interface StepContext {
  readonly names: RegionNames
  readonly tables: ReadonlySet<string>
  readonly inner: (written: readonly unknown[], path: Path, report: Report) => readonly StepSpec[]
}

type Options<Name extends keyof WrittenSteps> = Sound<NonNullable<WrittenSteps[Name]>> | null | undefined

type Reader<Name extends keyof WrittenSteps> = (
  written: Options<Name>,
  context: StepContext,
  path: Path,
  report: Report,
) => StepSpec

const share = (text: string): number => Number.parseFloat(text) / 100

export const READERS: { readonly [Name in keyof Required<WrittenSteps>]: Reader<Name> } = {
  distance(written, { names }, path, report) {
    const bias = written?.bias
    return bias === undefined
      ? { step: 'distance' }
      : { step: 'distance', bias: readNumbers(bias, names, [...path, 'bias'], report) }
  },

  latency(written, { tables }, path, report) {
    const { table, within = 0, missing = 'distance' } = written ?? {}
    if (table !== undefined) requireKnown(table, 'latency table', tables, [...path, 'table'], report)
    else if (tables.size > 1)
      report({
        path,
        message: `there are ${tables.size} latency tables; say which: table: ${[...tables].join(' or ')}`,
      })
    const [only] = tables
    const name = table ?? only
    return {
      step: 'latency',
      ...(name === undefined ? {} : { table: name }),
      withinMs: parseDuration(within) ?? 0,
      missing,
    }
  },

  geo(written, { names }, path, report) {
    const { rules, others = 'keep' } = written ?? {}
    if (rules !== undefined) return { step: 'geo', rules: readRules(rules, names, [...path, 'rules'], report), others }
    if (others !== 'keep')
      report({ path: [...path, 'others'], message: 'only where there are rules can others be dropped' })
    return { step: 'geo', others: 'keep' }
  },

  fence(written, { names }, path, report) {
    const { by, to, clients = [], mode = 'prefer' } = written ?? {}
    if ((by === undefined) === (to === undefined))
      report({ path, message: 'a fence has either "by" (country or continent) or "to" (regions)' })
    const keys = clients.flatMap((text, i) => readKey(text, [...path, 'clients', i], report))
    return { step: 'fence', to: by ?? readSelection(to, names, [...path, 'to'], report), clients: keys, mode }
  },

  prefer: (written, { names }, path, report) => ({
    step: 'prefer',
    regions: readSelection(written ?? [], names, path, report),
  }),

  avoid: (written, { names }, path, report) => ({
    step: 'avoid',
    regions: readSelection(written ?? [], names, path, report),
  }),

  tier(written, { names }, path, report) {
    if (written == null) return { step: 'tier' }
    return { step: 'tier', tiers: readTiers(written, names, path, report) }
  },

  order: () => ({ step: 'order' }),

  spread(written) {
    const within = written?.within ?? '0%'
    const value = Number.parseFloat(within)
    return { step: 'spread', within: within.endsWith('%') ? { percent: value } : { km: value } }
  },

  groups(written, context, path, report) {
    const groups = (written ?? []).map((group, i) => readGroup(group ?? {}, context, [...path, i], report))
    const seen = new Set<string>()
    groups.forEach(({ regions }, i) => {
      for (const id of context.names.regionsOf(regions)) {
        if (seen.has(id)) report({ path: [...path, i, 'regions'], message: `"${id}" is already in another group` })
        seen.add(id)
      }
    })
    return { step: 'groups', groups }
  },

  weight: (written, { names }, path, report) => ({
    step: 'weight',
    weights: readNumbers(written ?? {}, names, path, report),
  }),

  sticky(written) {
    const { ipv4 = SHARING_BITS[4], ipv6 = SHARING_BITS[6] } = written ?? {}
    return { step: 'sticky', bits: { 4: ipv4, 6: ipv6 } }
  },

  'round-robin': () => ({ step: 'round-robin' }),

  shed(written, _, path, report) {
    const { low = '80%', high = '100%' } = written ?? {}
    if (share(low) >= share(high))
      report({ path, message: `the low mark, ${low}, must be below the high one, ${high}` })
    return { step: 'shed', low: share(low), high: share(high) }
  },

  balance(written, _, path, report) {
    const { target = '80%' } = written ?? {}
    if (share(target) <= 0 || share(target) > 1)
      report({ path, message: `a target of ${target} is not above 0 % and up to 100 %` })
    return { step: 'balance', target: share(target) }
  },

  trickle(written, { names }, path, report) {
    const { share: some = '0%', to } = typeof written === 'string' ? { share: written } : (written ?? {})
    if (share(some) > 1) report({ path, message: `${some} of the clients is more than there are` })
    return { step: 'trickle', share: Math.min(1, share(some)), to: readSelection(to, names, [...path, 'to'], report) }
  },

  take: written => ({ step: 'take', count: written ?? 1 }),
}

function readKey(
  text: string | undefined,
  path: Path,
  report: Report,
  part: 'key' | 'value' = 'value',
): readonly string[] {
  if (text === undefined) return []
  const read = readClientKey(text)
  if ('key' in read) return [read.key]
  report({ path, part, message: read.fault })
  return []
}

type Written = string | readonly (string | undefined)[] | undefined

/** Selections one after the other, which have no region in common. */
function readTiers(
  written: readonly Written[],
  names: RegionNames,
  path: Path,
  report: Report,
): readonly (readonly string[])[] {
  const tiers = written.map((tier, i) => readSelection(tier, names, [...path, i], report))
  const first = new Map<string, number>()
  tiers.forEach((tier, i) => {
    for (const id of names.regionsOf(tier)) {
      const before = first.get(id)
      if (before !== undefined) report({ path: [...path, i], message: `"${id}" is already in tier ${before + 1}` })
      else first.set(id, i)
    }
  })
  return tiers
}

type WrittenRule = Written | { readonly tier?: readonly Written[] | undefined }

function readRules(
  written: Readonly<Record<string, WrittenRule>>,
  names: RegionNames,
  path: Path,
  report: Report,
): readonly GeoRule[] {
  const seen = new Set<string>()
  return Object.entries(written).flatMap(([text, regions]) => {
    const at = [...path, text]
    return readKey(text, at, report, 'key').map((clients): GeoRule => {
      if (seen.has(clients)) report({ path: at, part: 'key', message: `there is already a rule for ${clients}` })
      seen.add(clients)
      if (typeof regions !== 'object' || !('tier' in regions))
        return { clients, regions: readSelection(regions as Written, names, at, report) } // the schema has told of other maps
      const tiers = readTiers(regions.tier ?? [], names, [...at, 'tier'], report)
      return { clients, regions: [...new Set(tiers.flat())], tiers }
    })
  })
}

type WrittenGroup = NonNullable<NonNullable<Options<'groups'>>[number]>

function readGroup(written: WrittenGroup, { names, inner }: StepContext, path: Path, report: Report): GroupSpec {
  const regions = readSelection(written.regions, names, [...path, 'regions'], report)
  const minHealthy = written['min-healthy'] ?? 1
  const size = names.regionsOf(regions).length
  if (minHealthy > size && size > 0)
    report({ path: [...path, 'min-healthy'], message: `a group of ${size} cannot have ${minHealthy} regions up` })
  return { regions, minHealthy, steps: inner(written.steps ?? [], [...path, 'steps'], report) }
}
