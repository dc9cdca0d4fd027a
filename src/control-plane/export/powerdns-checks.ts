// What LUA records of PowerDNS look at: ports and URLs, in the same way for all addresses of a record.
import type { CheckSpec } from '../traffic/document/check.js'
import type { TrafficDocument } from '../traffic/document.js'
import { activeChecks, beyond } from './checks.js'
import type { Plan } from './plan.js'
import type { Told } from './told.js'

export interface LuaCheck {
  /** The call that answers with the first of the sets that has something up. */
  readonly call: (sets: readonly (readonly string[])[], selector: string) => LuaCall
}

export interface LuaCall {
  readonly code: string
  /** What is answered where nothing is up: all that is looked at, or the first of it. */
  readonly allDown: 'all' | 'first'
}

/** Undefined where nothing is looked at. */
export function luaCheckOf(document: TrafficDocument, { name, regions }: Plan, told: Told): LuaCheck | undefined {
  const known = new Map(regions.map(region => [region.id, activeChecks(document, region)] as const))
  if (regions.some(({ target }) => target !== undefined)) {
    if ([...known.values()].some(({ length }) => length > 0))
      told.lose(name, 'its regions are taken to be up: PowerDNS looks at addresses, and not at host names')
    return undefined
  }
  const [check] = [...known.values()].flat().filter(({ type }) => ['tcp', 'http', 'https'].includes(type))
  for (const [id, checks] of known) {
    const others = checks.filter(one => one !== check).map(one => one.id)
    if (others.length > 0)
      told.lose(name, `region ${id} is not looked at by ${others.join(', ')}: a LUA record looks at one port or URL`)
    if (check !== undefined && !checks.includes(check))
      told.lose(name, `region ${id} is looked at by ${check.id} too, as the others are`)
  }
  return check === undefined ? undefined : { call: callOf(check, name, told) }
}

function callOf(check: CheckSpec, name: string, told: Told): LuaCheck['call'] {
  const where = `check ${check.id}`
  if (check.type === 'calculated') throw new Error(`${where} looks at nothing by itself`) // it is of another type
  const { intervalMs, timeoutMs, fall, rise, port } = check
  const isWeb = check.type === 'http' || check.type === 'https'
  const left = beyond(check, [
    'intervalMs',
    'timeoutMs',
    'fall',
    'rise',
    'confirmMs',
    ...(isWeb ? ['host', 'path', 'expect', 'headers', 'body'] : []),
  ])
  if (left.length > 0) told.lose(where, `PowerDNS has no words for ${left.join(', ')}`)
  if (rise > 1) told.lose(where, `one pass brings an address back, and took ${rise} here`)
  const options = [
    `interval='${Math.round(intervalMs / 1000)}'`,
    `timeout='${Math.max(1, Math.round(timeoutMs / 1000))}'`,
    ...(fall === 1 ? [] : [`minimumFailures='${fall}'`]),
    ...(isWeb ? webOptions(check, where, told) : []),
  ]
  const target = isWeb ? `'${check.type}://${check.host ?? 'localhost'}:${port}${check.path}'` : String(port)
  if (isWeb && check.host === undefined) told.lose(where, 'localhost is sent as Host, where it was the address')
  const optionsWith = (selector: string): string =>
    `{${[...options, `selector='${selector}'`, "backupSelector='all'"].join(',')}}`
  return (sets, selector) => {
    if (isWeb)
      return { code: `ifurlup(${target}, {${sets.map(listed).join(',')}}, ${optionsWith(selector)})`, allDown: 'all' }
    if (sets.length === 1)
      return { code: `ifportup(${target}, ${listed(sets[0]!)}, ${optionsWith(selector)})`, allDown: 'all' }
    // Of all that is up, which comes in the order in which it is listed, the first: ifportup knows no sets.
    if (sets.some(({ length }) => length > 1))
      told.lose(name, 'one address is answered, also of equals the first that is up: PowerDNS has sets for URLs alone')
    return { code: `ifportup(${target}, ${listed(sets.flat())}, ${optionsWith('all')})[1]`, allDown: 'first' }
  }
}

function webOptions(
  check: Extract<CheckSpec, { readonly type: 'http' | 'https' }>,
  where: string,
  told: Told,
): readonly string[] {
  const [[low, high] = [200, 200], ...more] = check.expect
  if (low !== high || more.length > 0) told.lose(where, `the status ${low} passes, and no other`)
  const { 'user-agent': agent, ...headers } = check.headers ?? {}
  if (Object.keys(headers).length > 0) told.lose(where, 'headers other than user-agent are left out')
  const { contains, matches, json } = check.body ?? {}
  if (matches !== undefined || json !== undefined)
    told.lose(where, 'of the body only a text that it contains is looked for')
  return [
    ...(low === 200 ? [] : [`httpcode='${low}'`]),
    ...(agent === undefined ? [] : [`useragent='${escaped(agent)}'`]),
    ...(contains === undefined ? [] : [`stringmatch='${escaped(contains)}'`]),
  ]
}

const escaped = (text: string): string => text.replace(/[\\']/g, '\\$&')

/** A table of texts. */
export const listed = (texts: readonly string[]): string => `{${texts.map(text => `'${text}'`).join(',')}}`
