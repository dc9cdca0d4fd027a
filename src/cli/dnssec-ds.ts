// What a registrar is given of a zone, in the forms that they ask for. Pure.
import type { DnssecView } from '../control-plane/admin/api.js'

type Given = Pick<DnssecView, 'zone' | 'ds' | 'keys'>

interface Ds {
  readonly keyTag: string
  readonly algorithm: string
  readonly digestType: string
  readonly digest: string
}

/** Of a line as the API has it: `example.com. IN DS 12345 13 2 4F3C…`. */
function fieldsOf(line: string): Ds {
  const [keyTag = '', algorithm = '', digestType = '', ...digest] = line.replace(/^.* DS /, '').split(' ')
  return { keyTag, algorithm, digestType, digest: digest.join('').toUpperCase() }
}

/** RFC 5910 §4.1, as a registry gets it from its registrars. */
function epp({ ds }: Given): string {
  const data = ds
    .map(fieldsOf)
    .map(({ keyTag, algorithm, digestType, digest }) =>
      [
        '  <secDNS:dsData>',
        `    <secDNS:keyTag>${keyTag}</secDNS:keyTag>`,
        `    <secDNS:alg>${algorithm}</secDNS:alg>`,
        `    <secDNS:digestType>${digestType}</secDNS:digestType>`,
        `    <secDNS:digest>${digest}</secDNS:digest>`,
        '  </secDNS:dsData>',
      ].join('\n'),
    )
  return ['<secDNS:add xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">', ...data, '</secDNS:add>'].join('\n')
}

const keyRecords = ({ keys }: Given): readonly string[] =>
  keys.filter(({ delegated }) => delegated).map(({ dnskey }) => dnskey)

/** By the word that asks for each. */
export const DS_FORMS = {
  ds: ({ ds }) => ds.join('\n'),
  cds: ({ ds }) => ds.map(line => line.replace(' IN DS ', ' IN CDS ')).join('\n'),
  dnskey: view => keyRecords(view).join('\n'),
  cdnskey: view =>
    keyRecords(view)
      .map(line => line.replace(' IN DNSKEY ', ' IN CDNSKEY '))
      .join('\n'),
  fields: ({ ds }) =>
    ds
      .map(fieldsOf)
      .map(({ keyTag, algorithm, digestType, digest }) =>
        [
          `key tag      ${keyTag}`,
          `algorithm    ${algorithm}`,
          `digest type  ${digestType}`,
          `digest       ${digest}`,
        ].join('\n'),
      )
      .join('\n\n'),
  epp,
} satisfies Record<string, (view: Given) => string>

export const isDsForm = (word: string): word is keyof typeof DS_FORMS => Object.hasOwn(DS_FORMS, word)
