// One static record: from text to its wire form.
import { equalNames, type Name, nameKey } from '../../dns/name.js'
import { TYPE, typeName, typeNumber } from '../../dns/numbers.js'
import { encodeRdata, RdataError } from '../../dns/rdata.js'
import { HINT, isAliasForm, paramOf } from '../../dns/svcb.js'
import { keyName } from '../../dns/svcb-values.js'
import type { Report } from './finding.js'
import { readSeconds } from './parse-duration.js'
import type { Path } from './path.js'
import type { PlacedStatic } from './placed.js'
import { forgottenDot } from './record-names.js'
import { nearest } from './suggest.js'

export interface WrittenStatic {
  readonly type?: string | undefined
  readonly data?: string | undefined
  readonly ttl?: string | number | undefined
  readonly hints?: 'steer' | undefined
}

/** Undefined where the type is no type of a record; `ttl` is that of the zone, in seconds. */
export function parseStatic(
  { type: typeText, data, ttl, hints }: WrittenStatic,
  owner: Name,
  zone: { readonly origin: Name; readonly ttl: number },
  path: Path,
  report: Report,
): PlacedStatic | undefined {
  const seconds = readSeconds(ttl, zone.ttl, [...path, 'ttl'], report)
  const type =
    typeText === undefined ? undefined : readType(typeText, equalNames(owner, zone.origin), [...path, 'type'], report)
  if (type === undefined) return undefined
  const rdata = data === undefined ? undefined : readData(type, data, zone.origin, [...path, 'data'], report)
  const fault = hints === undefined ? undefined : hintFault(type, rdata)
  if (fault !== undefined) report({ path: [...path, 'hints'], message: fault })
  const given = hints === undefined || fault !== undefined || rdata === undefined ? {} : { hints }
  return { path, owner, key: nameKey(owner), type, ttl: seconds, rdata, ...given }
}

/** Why the hints of a record cannot be those of a steered name. */
function hintFault(type: number, rdata: Uint8Array | undefined): string | undefined {
  if (type !== TYPE.HTTPS && type !== TYPE.SVCB) return 'only HTTPS and SVCB records have hints'
  if (rdata === undefined) return undefined
  if (isAliasForm(rdata)) return 'an alias (priority 0) has no parameters, and so no hints'
  const written = [HINT.v4, HINT.v6].filter(key => paramOf(rdata, key) !== undefined).map(keyName)
  return written.length === 0 ? undefined : `the hints are those of the region: leave ${written.join(' and ')} away`
}

function readType(text: string, apex: boolean, path: Path, report: Report): number | undefined {
  const type = typeNumber(text)
  if (type === undefined)
    report({
      path,
      message: `"${text}" is not a record type`,
      suggestion: nearest(text, [...Object.keys(TYPE), 'ALIAS']),
    })
  // RFC 6895 §3.1: types 128 to 255 are for questions and transactions; OPT is no data either.
  else if (type === 0 || type === TYPE.OPT || (type >= 128 && type <= 255))
    report({ path, message: `${text} is no type of data that a zone can hold` })
  else if (type === TYPE.SOA) report({ path, message: 'the SOA record comes from the key "soa" of the zone' })
  else if (apex && type === TYPE.NS)
    report({ path, message: 'the NS records of the zone itself come from its key "nameservers"' })
  else return type
  return undefined
}

/** `as`: what people call the record, if not by its type. */
export function readData(
  type: number,
  data: string,
  origin: Name,
  path: Path,
  report: Report,
  as?: string,
): Uint8Array | undefined {
  const forgotten = forgottenDot(type, data, origin)
  if (forgotten !== undefined) report({ path, message: forgotten })
  try {
    return encodeRdata(type, data, origin)
  } catch (error) {
    if (!(error instanceof RdataError)) throw error
    const message = as === undefined ? error.message : error.message.replace(typeName(type), as)
    if (forgotten === undefined) report({ path, message })
    return undefined
  }
}
