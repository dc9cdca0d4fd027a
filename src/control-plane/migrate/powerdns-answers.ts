// The functions of PowerDNS that LUA records call, as tiers of regions and a way of choosing among those of one.
import type { Draft } from './draft.js'
import type { LuaExpression } from './lua.js'
import { withDot } from './names.js'
import { type Options, portCheck, tellOptions, textIn, urlCheck } from './powerdns-checks.js'
import { wordsOf } from './powerdns-clients.js'
import type { Placed, Tiers } from './tiers.js'

/** How one of a tier is chosen; `all` are regions that are answered as a whole. */
export type Choosing = 'all' | 'closest' | 'hashed' | 'random' | { readonly sample: number }

export interface Answer {
  readonly tiers: Tiers
  readonly choosing: Choosing
}

export interface Naming {
  readonly draft: Draft
  readonly where: string
  /** What regions are called. */
  readonly name: string
  readonly type: string
}

/** @throws Error with a sentence where it is not known here */
export function answerOf(naming: Naming, value: LuaExpression): Answer {
  if (value.kind === 'string') return listed(naming, [value.value], [], 'all')
  if (value.kind === 'table') return listed(naming, wordsOf(value), [], 'all')
  if (value.kind === 'index') return firstOf(naming, value)
  if (value.kind !== 'call') throw new Error('what it returns is not known before it runs')
  const make = FUNCTIONS[value.name]
  if (make === undefined) throw new Error(`${value.name}() is not known here`)
  return make(naming, value.args)
}

type Maker = (naming: Naming, args: readonly LuaExpression[]) => Answer

const FUNCTIONS: Readonly<Record<string, Maker>> = {
  all: (naming, [list]) => listed(naming, wordsOf(list), [], 'all'),
  pickrandom: (naming, [list]) => listed(naming, wordsOf(list), [], 'random'),
  pickrandomsample: (naming, [count, list]) => listed(naming, wordsOf(list), [], { sample: Number(wordsOf(count)[0]) }),
  pickhashed: (naming, [list]) => listed(naming, wordsOf(list), [], 'hashed'),
  pickclosest: (naming, [list]) => listed(naming, wordsOf(list), [], 'closest'),
  pickwrandom: (naming, [list]) => weighted(naming, list, 'random'),
  pickwhashed: (naming, [list]) => weighted(naming, list, 'hashed'),
  ifportup(naming, [port, list, options]) {
    const known = optionsIn(naming, options)
    const check = portCheck(naming.draft, Number(wordsOf(port)[0]), known)
    return checked(naming, setsIn(list), [check], known)
  },
  ifurlup(naming, [url, list, options]) {
    const known = optionsIn(naming, options)
    const check = urlCheck(naming.draft, wordsOf(url)[0]!, known, naming.where)
    return checked(naming, setsIn(list), [check], known)
  },
}

/** `ifportup(…)[1]`: of all that is up the first, so that each address is a tier. */
function firstOf(naming: Naming, { of, at }: Extract<LuaExpression, { readonly kind: 'index' }>): Answer {
  if (at.kind !== 'number' || at.value !== 1 || of.kind !== 'call' || of.name !== 'ifportup')
    throw new Error('what is within the brackets is not known here')
  const [port, list, options] = of.args
  const known = optionsIn(naming, options)
  for (const option of ['selector', 'backupSelector'])
    if (textIn(known, option) !== 'all') throw new Error(`the first of several needs "${option}='all'"`)
  const check = portCheck(naming.draft, Number(wordsOf(port)[0]), known)
  const tiers = wordsOf(list).flatMap((text, i) => listed(naming, [text], [check], 'all', `-${i + 1}`).tiers)
  return { tiers, choosing: 'all' }
}

/** Sets one after the other; a plain list is one set. */
function setsIn(list: LuaExpression | undefined): readonly LuaExpression[] {
  if (list?.kind !== 'table') throw new Error('a table of addresses is expected')
  return list.list.every(({ kind }) => kind === 'table') ? list.list : [list]
}

function optionsIn({ draft, where }: Naming, options: LuaExpression | undefined): Options {
  const known = options?.kind === 'table' ? options.fields : new Map<string, LuaExpression>()
  tellOptions(draft, known, where)
  return known
}

/** The first of the sets with an address that is up. */
function checked(naming: Naming, sets: readonly LuaExpression[], checks: readonly string[], options: Options): Answer {
  const choosing = selectorOf(textIn(options, 'selector') ?? 'random')
  const backup = selectorOf(textIn(options, 'backupSelector') ?? 'random')
  if (JSON.stringify(backup) !== JSON.stringify(choosing))
    naming.draft.lose(
      naming.where,
      'where all are down, the first choice of its selector is answered, not that of its backupSelector',
    )
  if (sets.length > 1)
    naming.draft.lose(naming.where, 'where all are down, it is one of the first set, not of all of them')
  return {
    tiers: sets.flatMap((set, i) => listed(naming, wordsOf(set), checks, choosing, `-${i + 1}`).tiers),
    choosing,
  }
}

function selectorOf(name: string): Choosing {
  if (name === 'all' || name === 'random' || name === 'hashed') return name
  if (name === 'pickclosest') return 'closest'
  throw new Error(`the selector ${name} is not known here`)
}

function listed(
  naming: Naming,
  texts: readonly string[],
  checks: readonly string[],
  choosing: Choosing,
  suffix = '',
): Answer {
  const { draft, where } = naming
  if (choosing === 'closest')
    draft.lose(where, 'where its addresses are, PowerDNS looks up: give their regions a location, else all are alike')
  const sets = choosing === 'all' && texts.length > 0 ? [texts] : texts.map(text => [text])
  const tier = sets.flatMap((set, i) => placed(naming, set, checks, `${suffix}${sets.length > 1 ? `-${i + 1}` : ''}`))
  return { tiers: tier.length === 0 ? [] : [tier], choosing }
}

/** `{ {weight, 'address'}, … }` */
function weighted(naming: Naming, list: LuaExpression | undefined, choosing: Choosing): Answer {
  if (list?.kind !== 'table') throw new Error('a table of weights and addresses is expected')
  const tier = list.list.flatMap((pair, i) => {
    const [weight = '1', text = ''] = wordsOf(pair)
    return placed(naming, [text], [], `-${i + 1}`).map(({ region }) => ({ region, weight: Number(weight) }))
  })
  return { tiers: [tier], choosing }
}

function placed(
  { draft, where, name, type }: Naming,
  texts: readonly string[],
  checks: readonly string[],
  suffix: string,
): readonly Placed[] {
  const place = type === 'CNAME' ? { target: withDot(texts[0]!) } : { addresses: texts }
  const id = draft.region(`${name}${suffix}`, { ...place, checks }, where)
  return id === undefined ? [] : [{ region: id, weight: 100 }]
}
