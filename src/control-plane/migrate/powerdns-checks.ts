// What LUA records of PowerDNS look at (ifportup, ifurlup), as checks of ours.
import type { Draft, Written } from './draft.js'
import type { LuaExpression } from './lua.js'

/** Seconds: the defaults of PowerDNS. */
const INTERVAL = 5
const TIMEOUT = 2

export type Options = ReadonlyMap<string, LuaExpression>

export function portCheck(draft: Draft, port: number, options: Options): string {
  return draft.check(`tcp-${port}`, { type: 'tcp', port, ...rhythm(options) })
}

/** @throws Error with a sentence where it is no URL */
export function urlCheck(draft: Draft, url: string, options: Options, where: string): string {
  const { protocol, hostname, port, pathname, search } = new URL(url)
  const type = protocol === 'https:' ? 'https' : 'http'
  const contains = textIn(options, 'stringmatch')
  const agent = textIn(options, 'useragent')
  if (type === 'https')
    draft.lose(where, 'certificates are verified now; "verify: false" makes it as with a PowerDNS that does not')
  return draft.check(`${hostname}-${type}`, {
    type,
    port: port === '' ? (type === 'https' ? 443 : 80) : Number(port),
    path: `${pathname}${search}`,
    host: hostname,
    ...(agent === undefined ? {} : { headers: { 'user-agent': agent } }),
    expect: [String(numberIn(options, 'httpcode') ?? 200)],
    ...(contains === undefined ? {} : { body: { contains } }),
    ...rhythm(options),
  })
}

/** One failure takes an address out, and one pass brings it back, unless told. */
const rhythm = (options: Options): Written => ({
  interval: `${numberIn(options, 'interval') ?? INTERVAL}s`,
  timeout: `${numberIn(options, 'timeout') ?? TIMEOUT}s`,
  fall: numberIn(options, 'minimumFailures') ?? 1,
  rise: 1,
})

/** Options that a check has words for, or that change nothing here. */
const KNOWN = [
  'selector',
  'backupSelector',
  'stringmatch',
  'useragent',
  'httpcode',
  'interval',
  'timeout',
  'minimumFailures',
]

export function tellOptions(draft: Draft, options: Options, where: string): void {
  for (const name of options.keys()) if (!KNOWN.includes(name)) draft.lose(where, `the option ${name} is left out`)
}

export function textIn(options: Options, name: string): string | undefined {
  const value = options.get(name)
  return value?.kind === 'string' ? value.value : undefined
}

export function numberIn(options: Options, name: string): number | undefined {
  const value = options.get(name)
  return value?.kind === 'number' || value?.kind === 'string' ? Number(value.value) : undefined
}
