// What gdnsd monitors addresses by (service_types) as checks of ours: the same rhythm, the same thresholds.
import type { Draft, Written } from './draft.js'
import { isTrue, isVscfMap, numberOf, stringsOf, type VscfMap } from './vscf.js'

/** `up` and `down` say so without looking. */
export type Service = { readonly kind: 'check'; readonly check: string } | { readonly kind: 'up' | 'down' }

/** By the name of the service type; each is made a check when it is first asked for. */
export function readServices(types: VscfMap, draft: Draft): (name: string) => Service {
  const known = new Map<string, Service>([
    ['up', { kind: 'up' }],
    ['down', { kind: 'down' }],
  ])
  return name => {
    const service = known.get(name) ?? serviceOf(name, types, draft)
    known.set(name, service)
    return service
  }
}

function serviceOf(name: string, types: VscfMap, draft: Draft): Service {
  const type = types.get(name)
  const where = `service_types ${name}`
  if (!isVscfMap(type)) {
    draft.lose(where, 'there is no such service type: what it was to look at is taken to be up')
    return { kind: 'up' }
  }
  const plugin = String(type.get('plugin'))
  if (plugin === 'null' || (plugin === 'static' && String(type.get('state')).toUpperCase() === 'DOWN')) {
    draft.lose(where, 'it says that everything is down, so that regions with it are disabled')
    return { kind: 'down' }
  }
  if (plugin === 'static') return { kind: 'up' }
  const kind = KINDS[plugin]?.(type, where, draft)
  if (kind === undefined) {
    draft.lose(where, `left out: the plugin ${plugin} is not known here; what it was to look at is taken to be up`)
    return { kind: 'up' }
  }
  return { kind: 'check', check: draft.check(name, { ...kind, ...rhythm(type, kind['type'] === 'push') }) }
}

/** Failures add up until so many passes in a row, as here; gdnsd does not hurry after a first failure. */
function rhythm(type: VscfMap, isPush: boolean): Written {
  const interval = numberOf(type.get('interval'), 10)
  const thresholds = {
    fall: numberOf(type.get('down_thresh'), 10),
    rise: numberOf(type.get('up_thresh'), 20),
    steady: numberOf(type.get('ok_thresh'), 10),
  }
  if (isPush) return { fall: thresholds.fall, rise: thresholds.rise }
  return {
    interval: `${interval}s`,
    timeout: `${numberOf(type.get('timeout'), interval / 2)}s`,
    confirm: `${interval}s`,
    ...thresholds,
  }
}

const KINDS: Readonly<Record<string, (type: VscfMap, where: string, draft: Draft) => Written>> = {
  tcp_connect: type => ({ type: 'tcp', port: numberOf(type.get('port'), 0) }),

  http_status(type, where, draft) {
    const codes = stringsOf(type.get('ok_codes'))
    const host = type.get('vhost')
    if (host === undefined) draft.lose(where, 'it sends the address as Host now, where there was no such header')
    return {
      type: 'http',
      port: numberOf(type.get('port'), 80),
      path: String(type.get('url_path') ?? '/'),
      ...(host === undefined ? {} : { host: String(host) }),
      expect: codes.length === 0 ? ['200'] : codes,
    }
  },

  extmon(type, where, draft) {
    draft.lose(where, 'it runs a program, which the settings of a node must allow: "health: { exec: true }"')
    return { type: 'exec', command: commandOf(stringsOf(type.get('cmd'))) }
  },

  extfile(type, where, draft) {
    draft.lose(
      where,
      `the file ${String(type.get('file'))} is not read here: tell a push check what it said; what was never told counts as ${isTrue(type.get('def_down')) ? 'up, where gdnsd took it to be down' : 'up'}`,
    )
    return { type: 'push' }
  },
}

/** gdnsd writes the address in place of %%ITEM%%; here a program has it in its environment. */
function commandOf(words: readonly string[]): readonly string[] {
  if (!words.some(word => word.includes(ITEM))) return words
  const shell = words.map(word =>
    word
      .split(ITEM)
      .map(part => (part === '' ? '' : `'${part.replaceAll("'", "'\\''")}'`))
      .join('"$MERIDIAN_ADDRESS"'),
  )
  return ['/bin/sh', '-c', `exec ${shell.join(' ')}`]
}

const ITEM = '%%ITEM%%'
