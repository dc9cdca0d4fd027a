// The files of BIND: named.conf, what it includes, and the zones that it names.
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import { blockOf, readConf, type Statement, wordOf } from './named-conf.js'
import type { Source } from './source.js'

export interface BindFiles {
  readonly conf: readonly Statement[]
  /** A file that is named in the configuration or in a zone. @throws Error with a sentence where there is none */
  readonly find: (path: string) => Source
}

/** @param read the text of a file that none of these is, if there is one */
export function bindFiles(files: readonly Source[], read: (path: string) => string | undefined): BindFiles {
  const main = files.find(({ name }) => basename(name) === 'named.conf') ?? files[0]
  if (main === undefined) throw new Error('there is no named.conf')
  const known = new Map(files.map(({ name, text }) => [normalize(name), text]))
  let folder = dirname(main.name)
  const find = (path: string): Source => {
    // As it is named; else beside named.conf, where copies of it lie.
    const places = isAbsolute(path) ? [normalize(path)] : [join(folder, path)]
    for (const name of [...places, join(dirname(main.name), basename(path))]) {
      const text = known.get(name) ?? read(name)
      if (text !== undefined) return { name, text }
    }
    throw new Error(`${path} is named, and is neither there nor beside ${main.name}`)
  }
  const conf = readConf(main.text, main.name, find)
  const directory = wordOf(blockOf(conf, 'options') ?? [], 'directory')
  if (directory !== undefined) folder = isAbsolute(directory) ? directory : join(dirname(main.name), directory)
  return { conf, find }
}
