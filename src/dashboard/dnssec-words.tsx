// How what the parent has stands, and what kinds of rollover there are, in signs and words.
import type { DnssecView } from '../control-plane/admin/api.js'

type Standing = DnssecView['parent']['standing']

/** A colour of the page, a sign, a word, and what it means. */
const STANDINGS: Readonly<Record<Standing, readonly [colour: string, sign: string, word: string, meaning: string]>> = {
  secure: ['up', '●', 'secure', 'a DS of the parent leads to a key of the zone'],
  insecure: ['disabled', '◼', 'no DS', 'the parent has no DS, so that nobody validates the zone'],
  broken: ['down', '▼', 'broken', 'no DS of the parent leads to a key: resolvers that validate give no answer'],
  unknown: ['disabled', '?', 'not known', 'not all servers of the parent have answered, or they were not asked yet'],
}

export const meaningOf = (standing: Standing): string => STANDINGS[standing][3]

export function ParentStanding({ standing }: { readonly standing: Standing }) {
  const [colour, sign, word, meaning] = STANDINGS[standing]
  return (
    <span class={`state ${colour}`} title={meaning}>
      <span aria-hidden="true">{sign}</span> {word}
    </span>
  )
}

export type Kind = DnssecView['kinds'][number]

/** What is chosen, and what comes of it. */
export const KINDS: Readonly<Record<Kind | 'sign', readonly [choice: string, comes: string]>> = {
  csk: [
    'the key',
    'A new key takes the place of the one that signs everything. The parent has to exchange the DS on the way.',
  ],
  ksk: [
    'the key that the parent knows (KSK)',
    'A new key signs the keys. The parent has to have the DS of both on the way, and that of the new one at the end.',
  ],
  zsk: ['the key that signs the zone (ZSK)', 'A new key signs the records. The parent has nothing to do with it.'],
  algorithm: [
    'all keys, for another algorithm',
    'New keys of another algorithm take the place of all. The parent has to exchange the DS on the way.',
  ],
  unsign: [
    'leave DNSSEC',
    'The parent is asked to have no DS any more. When it has none, and nobody remembers one, the zone may be taken out of signing. Until then it stays signed, and secure.',
  ],
  sign: ['sign the zone', ''],
}
