// Domain names in a document: owners, nameservers and the mailbox of a zone.
import { canonical, formatName, isWithin, type Name, NameError, parseName, ROOT } from '../../dns/name.js'
import type { Finding, Report } from './finding.js'

/** The name in the text, or undefined after a report; without an origin it is taken as absolute. */
export function readName(text: string, at: Omit<Finding, 'message'>, report: Report, origin?: Name): Name | undefined {
  try {
    return parseName(text, origin)
  } catch (error) {
    if (!(error instanceof NameError)) throw error
    report({ ...at, message: error.message })
    return undefined
  }
}

/** An owner name, which must lie in the zone. */
export function readOwner(text: string, origin: Name, at: Omit<Finding, 'message'>, report: Report): Name | undefined {
  const owner = readName(text, at, report, origin)
  if (owner === undefined) return undefined
  if (!isWithin(owner, origin)) {
    report({ ...at, message: `"${text}" is outside the zone ${formatName(origin)}` })
    return undefined
  }
  if (looksAbsolute(text, origin)) {
    report({ ...at, message: `"${text}" means ${formatName(owner)}: end it with a dot, or leave the zone's name away` })
    return undefined
  }
  return owner
}

/** Whether a name that is written without its final dot ends in the zone's own name, which is never meant. */
export function looksAbsolute(text: string, origin: Name): boolean {
  const zone = formatName(canonical(origin)).slice(0, -1)
  const name = text.toLowerCase()
  return zone !== '' && (name === zone || name.endsWith(`.${zone}`))
}

/** RFC 1035 §3.3.13, §8: a mailbox as a name, its local part in one label; `.` is nobody. */
export function readMailbox(text: string, at: Omit<Finding, 'message'>, report: Report): Name | undefined {
  if (text === '.') return ROOT
  const split = text.lastIndexOf('@')
  if (split < 1) {
    report({ ...at, message: `"${text}" is not a mailbox such as hostmaster@example.com` })
    return undefined
  }
  const local = text.slice(0, split).replace(/[.\\"]/g, '\\$&')
  const domain = text.slice(split + 1).replace(/[.]$/, '')
  return readName(`${local}.${domain}${domain === '' ? '' : '.'}`, at, report)
}
