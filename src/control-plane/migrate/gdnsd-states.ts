// gdnsd's admin_state: what an operator has said to be up or down, key by key; the last line that matches counts.
import type { VscfMap } from './vscf.js'

export type Said = 'UP' | 'DOWN'

/** What is said of a key such as `192.0.2.1/web` or `geoip/map/dc`; undefined where nothing is. */
export type States = (key: string) => Said | undefined

export function readStates(file: VscfMap): States {
  const lines = [...file].map(([glob, value]) => ({
    glob: globOf(glob),
    said: /^down\b/i.test(String(value)) ? ('DOWN' as const) : ('UP' as const),
  }))
  return key => lines.findLast(({ glob }) => glob.test(key))?.said
}

/** As fnmatch has it without flags: `*` goes over slashes. */
function globOf(glob: string): RegExp {
  const source = glob.replace(/\[[!^]?[^\]]+\]|[\\^$.|+(){}[\]*?]/g, part => {
    if (part === '*') return '.*'
    if (part === '?') return '.'
    return part.length > 1 ? part.replace(/^\[!/, '[^') : `\\${part}`
  })
  return new RegExp(`^${source}$`, 's')
}

/** Of a service of an address all states count, and the worst of them is its own. */
export function saidOf(states: States, address: string, services: readonly string[]): Said | undefined {
  const said = services.map(service => states(`${address}/${service}`))
  if (said.includes('DOWN')) return 'DOWN'
  return said.length > 0 && said.every(one => one === 'UP') ? 'UP' : undefined
}
