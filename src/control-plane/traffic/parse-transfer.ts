// Who gets a zone, who is told of its changes, and who may change it by dynamic update.
import { formatAddress, parseAddress, parsePrefix } from '../../dns/address.js'
import type { Name } from '../../dns/name.js'
import { TYPE, typeNumber } from '../../dns/numbers.js'
import type { Grant, Permit, Secondary, Transfer, Zone } from './document/zone.js'
import type { Report } from './finding.js'
import { readName, readOwner } from './parse-name.js'
import type { Path } from './path.js'
import type { WrittenTraffic } from './schema.js'
import type { Sound } from './shape.js'
import { nearest } from './suggest.js'

type Written = Sound<WrittenTraffic['zones'][string]>
type WrittenTransfer = NonNullable<Written['transfer']>
type WrittenUpdate = NonNullable<Written['update']>

const DNS_PORT = 53

export function parseTransfer({ allow = [], notify = [] }: WrittenTransfer, path: Path, report: Report): Transfer {
  return {
    allow: allow.flatMap((text, i) => (text === undefined ? [] : readPermit(text, [...path, 'allow', i], report))),
    notify: notify.flatMap((written, i) => {
      const at = [...path, 'notify', i]
      if (typeof written === 'string') return readSecondary(written, at, report)
      if (written?.to === undefined) return []
      const key = written.key === undefined ? undefined : readName(written.key, { path: [...at, 'key'] }, report)
      return readSecondary(written.to, [...at, 'to'], report).map(to => (key === undefined ? to : { ...to, key }))
    }),
  }
}

/** What looks like a network has to be one: no key is called `192.0.2.0/33`. */
function readPermit(text: string, path: Path, report: Report): readonly Permit[] {
  const prefix = parsePrefix(text)
  if (prefix !== undefined) return [{ kind: 'network', prefix }]
  if (/[/:]|^[0-9.]+$/.test(text)) {
    report({ path, message: `"${text}" is not a network such as 192.0.2.0/24 with zeros after its length` })
    return []
  }
  const key = readName(text, { path }, report)
  return key === undefined ? [] : [{ kind: 'key', key }]
}

function readSecondary(text: string, path: Path, report: Report): readonly Secondary[] {
  const lone = parseAddress(text)
  if (lone !== undefined) return [{ host: formatAddress(lone), port: DNS_PORT }]
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):([0-9]{1,5})$/.exec(text)
  const address = parseAddress(parts?.[1] ?? parts?.[2] ?? '')
  const port = Number(parts?.[3])
  if (address === undefined || !(port > 0 && port <= 65535)) {
    report({ path, message: `"${text}" is not an address, with a port if it is not 53, such as 192.0.2.53` })
    return []
  }
  return [{ host: formatAddress(address), port }]
}

export function parseUpdate(
  written: WrittenUpdate,
  { origin, serialFrom }: Pick<Zone, 'origin' | 'serialFrom'>,
  path: Path,
  report: Report,
): readonly Grant[] {
  // RFC 2136 §3.6: an update raises the serial, and a zone file is not ours to write.
  if (written.length > 0 && serialFrom === 'file')
    report({
      path,
      part: 'key',
      message: 'a zone whose SOA record is in its zone file takes no updates: nobody could raise its serial',
    })
  return written.flatMap((grant, i) => {
    const at = [...path, i]
    const key = grant?.key === undefined ? undefined : readName(grant.key, { path: [...at, 'key'] }, report)
    const names = (grant?.names ?? []).map((text, k) =>
      text === undefined ? undefined : readOwner(text, origin, { path: [...at, 'names', k] }, report),
    )
    const types = (grant?.types ?? ['TXT']).map((text, k) =>
      text === undefined ? undefined : readType(text, [...at, 'types', k], report),
    )
    return key === undefined ? [] : [{ key, names: names.filter(isThere), types: types.filter(isThere) }]
  })
}

const isThere = <T extends Name | number>(value: T | undefined): value is T => value !== undefined

function readType(text: string, path: Path, report: Report): number | undefined {
  const type = typeNumber(text)
  if (type === undefined)
    report({ path, message: `"${text}" is not a record type`, suggestion: nearest(text, Object.keys(TYPE)) })
  else if (type === 0 || type === TYPE.OPT || (type >= 128 && type <= 255) || type === TYPE.SOA)
    report({ path, message: `${text} is no type that an update may change` })
  else return type
  return undefined
}
