// Zone files of gdnsd (gdnsd.zonefile): plain ones, but for DYNA and DYNC, whose data are the business of plugins, for TTLs
// with a least beside the greatest, and for the origins @Z and @F.
import { parseName } from '../../dns/name.js'
import type { RecordTable, TableRecord } from '../../dns/record-table.js'
import { readZoneFile } from '../../dns/zonefile.js'
import { formatZoneProblem } from '../../dns/zonefile-problem.js'
import { carriedBy, carry } from './carrier.js'

/** A record whose data a plugin makes for every query. */
export interface Dynamic {
  readonly type: 'DYNA' | 'DYNC'
  readonly plugin: string
  /** Empty where there is none. */
  readonly resource: string
  /** Seconds. */
  readonly ttl: { readonly max: number; readonly min: number }
}

export interface GdnsdZone {
  readonly records: RecordTable
  /** Sentences about what was passed over. */
  readonly warnings: readonly string[]
}

type Include = (path: string, from: string) => { readonly file: string; readonly text: string }

/** @throws Error with file and line where it is no zone */
export function readGdnsdZone(
  zone: string,
  text: string,
  file: string,
  defaultTtl: number,
  include: Include,
): GdnsdZone {
  const origin = parseName(`${zone}.`)
  // On the first line, so that others keep their numbers.
  const whole = `$TTL ${defaultTtl}\n${carried(text, zone, defaultTtl)}`
  const { records, problems } = readZoneFile(whole, {
    file,
    origin,
    include(path, from) {
      const { file: name, text: inner } = include(path, from)
      if (/@F\b/.test(inner))
        throw new Error(`${name} has the origin @F, which is not known here: write the name itself`)
      return { file: name, text: carried(inner, zone, defaultTtl) }
    },
  })
  const lines = problems.map(problem =>
    formatZoneProblem(problem.file === file ? { ...problem, line: problem.line - 1 } : problem),
  )
  const [error] = lines.filter((_, i) => problems[i]!.severity === 'error')
  if (error !== undefined) throw new Error(error)
  return { records, warnings: lines }
}

/** owner or a gap, TTLs, class, type, plugin, resource; comments may follow. */
const DYNAMIC =
  /^([^\s;"]+|)([ \t]+)(?:(\d\w*)(?:\/(\d\w*))?[ \t]+)?(?:IN[ \t]+)?(DYN[AC])[ \t]+([^\s!;]+)(?:!([^\s;]+))?[ \t]*(?:;.*)?$/i

/** Each dynamic record as one of a type of its own, with what it says as its data. */
function carried(text: string, zone: string, defaultTtl: number): string {
  let ttl = defaultTtl
  return text
    .replace(/(^|[\s.])@[ZF](?=\s|$)/gm, (_, before: string) => `${before}${zone}.`)
    .split('\n')
    .map(line => {
      const stated = /^\$TTL[ \t]+(\S+)/i.exec(line)?.[1]
      if (stated !== undefined) ttl = seconds(stated)
      const found = DYNAMIC.exec(line.replace(/\r$/, ''))
      if (found === null) return line
      const [, owner = '', gap = '', most, least, type = '', plugin = '', resource = ''] = found
      const max = most === undefined ? ttl : seconds(most)
      const min = least === undefined ? max >> 1 : seconds(least)
      return `${owner}${gap}${max} ${carry({ type: type.toUpperCase(), plugin, resource, ttl: { max, min } })}`
    })
    .join('\n')
}

/** What a dynamic record says; undefined where it is another one. */
export const dynamicOf = (record: TableRecord): Dynamic | undefined => carriedBy(record) as Dynamic | undefined // written by `carried`

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `1h30m`, or a number of seconds. */
function seconds(text: string): number {
  const parts = [...text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)]
  return parts.reduce((sum, [, digits, unit]) => sum + Number(digits) * (UNITS[unit ?? ''] ?? 1), 0)
}
