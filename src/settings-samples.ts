// What a node writes down of the queries that it answers, read from its settings.
import type { Report } from './control-plane/traffic/finding.js'

export interface SampleSettings {
  /** One query in so many at the least; 0: none. */
  readonly samples: number
  readonly queryLog?: FileSetting
  readonly dnstap?: TapSetting
}

/** The path is absolute. */
export interface FileSetting {
  readonly file: string
  readonly bytes: number
  /** Files that were put aside. */
  readonly keep: number
}

export type TapSetting = { readonly identity?: string } & (FileSetting | { readonly socket: string })

/** What is left of the written form when what is not sound has been taken away. */
interface Written {
  readonly samples?: string | undefined
  readonly 'query-log'?: WrittenFile | undefined
  readonly dnstap?:
    | (WrittenFile & { readonly socket?: string | undefined; readonly identity?: string | undefined })
    | undefined
}

interface WrittenFile {
  readonly file?: string | undefined
  readonly megabytes?: number | undefined
  readonly keep?: number | undefined
}

/** `path` makes a written path absolute. */
export function readSamples(
  { samples: written = '1 in 1000', 'query-log': log, dnstap }: Written,
  path: (written: string) => string,
  report: Report,
): SampleSettings {
  const samples = written === 'none' ? 0 : Number(written.replace('1 in ', ''))
  if (samples === 0)
    for (const [key, user] of Object.entries({ 'query-log': log, dnstap }))
      if (user !== undefined) report({ path: [key], message: `there is nothing to write where samples: none` })
  const tap = dnstap && readTap(dnstap, path, report)
  return {
    samples,
    ...(log === undefined ? {} : { queryLog: readFile(log, path) }),
    ...(tap === undefined ? {} : { dnstap: tap }),
  }
}

const readFile = (
  { file = '', megabytes = 100, keep = 5 }: WrittenFile,
  path: (written: string) => string,
): FileSetting => ({
  file: path(file),
  bytes: megabytes * 1e6,
  keep,
})

function readTap(
  written: NonNullable<Written['dnstap']>,
  path: (written: string) => string,
  report: Report,
): TapSetting | undefined {
  const { file, socket, identity } = written
  const named = identity === undefined ? {} : { identity }
  if ((file === undefined) === (socket === undefined)) {
    report({ path: ['dnstap'], message: 'dnstap has either a file or a socket' })
    return undefined
  }
  if (socket === undefined) return { ...readFile(written, path), ...named }
  for (const key of ['megabytes', 'keep'] as const)
    if (written[key] !== undefined) report({ path: ['dnstap', key], message: `a socket has no ${key}` })
  return { socket: path(socket), ...named }
}
