// The files of gdnsd, as they lie in its folder: the configuration, the zones, admin_state, and what these name.
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import type { Source } from './source.js'
import { isVscfMap, readVscf, type VscfInclude, type VscfMap } from './vscf.js'

export interface GdnsdFiles {
  readonly config: VscfMap
  readonly zones: readonly { readonly zone: string; readonly name: string; readonly text: string }[]
  readonly states: VscfMap
  /** @throws Error with a sentence where there is no such file */
  readonly readNets: (path: string) => VscfMap
  readonly include: (path: string, from: string) => { readonly file: string; readonly text: string }
}

/** @param read the text of a file that none of these is, if there is one  @throws Error with a sentence where one cannot be read */
export function gdnsdFiles(files: readonly Source[], read: (path: string) => string | undefined): GdnsdFiles {
  const known = new Map(files.map(({ name, text }) => [normalize(name), text]))
  const find = (path: string, from: string): Source => {
    const name = isAbsolute(path) ? normalize(path) : join(dirname(from), path)
    const text = known.get(name) ?? read(name)
    if (text === undefined) throw new Error(`${from} names ${name}, which is not here`)
    return { name, text }
  }
  const include: VscfInclude = (path, from) => {
    const name = isAbsolute(path) ? normalize(path) : join(dirname(from), path)
    const glob = new RegExp(
      `^${name
        .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
        .replaceAll('*', '[^/]*')
        .replaceAll('?', '[^/]')}$`,
    )
    const matching = [...known.keys()]
      .filter(one => (/[*?]/.test(path) ? glob.test(one) : dirname(one) === name))
      .sort()
    return matching.length > 0 ? matching.map(one => ({ name: one, text: known.get(one)! })) : [find(path, from)]
  }
  const config = files.find(({ name }) => basename(name) === 'config')
  if (config === undefined)
    throw new Error('none of the files is "config": give the folder of gdnsd, such as /etc/gdnsd')
  const map = ({ name, text }: Source): VscfMap => {
    const value = readVscf(text, name, include)
    if (!isVscfMap(value)) throw new Error(`${name} is an array, where a hash is expected`)
    return value
  }
  const states = files.find(({ name }) => basename(name) === 'admin_state')
  const folder = join(dirname(config.name), 'geoip', 'config')
  return {
    config: map(config),
    zones: files.filter(isZone).map(({ name, text }) => ({ zone: zoneOf(name), name, text })),
    states: states === undefined ? new Map() : map(states),
    readNets: path => map(find(path, folder)),
    include(path, from) {
      const { name, text } = find(path, from)
      return { file: name, text }
    },
  }
}

/** Those right in a folder `zones`; dot files are none. */
const isZone = ({ name }: Source): boolean => basename(dirname(name)) === 'zones' && !basename(name).startsWith('.')

/** gdnsd writes the slash of RFC 2317 as an at sign. */
const zoneOf = (name: string): string => basename(name).replaceAll('@', '/').replace(/\.$/, '').toLowerCase()
