// Who a client certificate says that its holder is, and what for (RFC 5280). Pure; whether it is good is for TLS to find out.
import type { PeerCertificate } from 'node:tls'
import type { Caller } from './caller.js'
import { type Granting, granted } from './grants.js'

/** Parts of a certificate that tell people and programs apart: of its subject, or of its alternative names. */
export const PARTS = ['cn', 'o', 'ou', 'dns', 'email', 'uri'] as const
export type Part = (typeof PARTS)[number]

export interface ClientNaming extends Granting {
  /** What logs and revisions call the holder by. */
  readonly name: Part
  /** What grants go by. */
  readonly by: Part
}

type Shown = Pick<PeerCertificate, 'subject' | 'subjectaltname'>

/** @returns undefined where nobody could be called by it in a log */
export function certificateCaller(shown: Shown, { name, by, ...granting }: ClientNaming): Caller | undefined {
  const [called, ...others] = wordsOf(shown, name)
  // Of two names nobody could tell which one is meant.
  if (called === undefined || others.length > 0 || !/^[!-~]([ -~]{0,198}[!-~])?$/.test(called)) return undefined
  // So that nobody is called as somebody else is: names of tokens have no colon.
  return { id: `certificate:${called}`, name: `certificate:${called}`, ...granted(wordsOf(shown, by), granting) }
}

function wordsOf({ subject, subjectaltname = '' }: Shown, part: Part): readonly string[] {
  switch (part) {
    case 'cn':
      return listed(subject?.CN)
    case 'o':
      return listed(subject?.O)
    case 'ou':
      return listed(subject?.OU)
    case 'dns':
      return alternatives(subjectaltname, 'DNS')
    case 'email':
      return alternatives(subjectaltname, 'email')
    case 'uri':
      return alternatives(subjectaltname, 'URI')
  }
}

/** Of several parts of one kind there is a list, whatever the types say. */
const listed = (value: unknown): readonly string[] =>
  [value].flat().filter((one): one is string => typeof one === 'string')

/** `DNS:a.example, URI:spiffe://a/b`; a value that holds a comma or a quote is written as a JSON string. */
const ALTERNATIVE = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",][^,]*|)(?:, |$)/y

function alternatives(text: string, kind: string): readonly string[] {
  const found: string[] = []
  ALTERNATIVE.lastIndex = 0
  for (let match = ALTERNATIVE.exec(text); match !== null; match = ALTERNATIVE.exec(text)) {
    const [, is, value = ''] = match
    if (is === kind) found.push(value.startsWith('"') ? String(JSON.parse(value)) : value)
    if (ALTERNATIVE.lastIndex === text.length) return found
  }
  // What cannot be read to its end names nobody.
  return []
}
