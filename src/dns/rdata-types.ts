// The table of record types: what the data of each is made of, and what may be done to the names in it. One row a type.
import { TYPE } from './numbers.js'
import { types as bitmap, covered } from './rdata-bitmap.js'
import { base32hex, base64, eui48, eui64, hex, locator64, salt } from './rdata-bytes.js'
import { digestFault } from './rdata-digests.js'
import { type Field, ipv4, ipv6, name, seconds, u8, u16, u32 } from './rdata-fields.js'
import { location } from './rdata-location.js'
import { algorithm, certificateType } from './rdata-mnemonics.js'
import { prefixes } from './rdata-prefixes.js'
import { string, strings, tag, target, value } from './rdata-strings.js'
import { time } from './rdata-time.js'
import { aliasFault, params } from './svcb.js'

/**
 * What holds for the names within the data.
 * `compressed`: may be sent compressed, since it is a type of RFC 1035, which all know (RFC 3597 §4).
 * `understood`: sent whole, but others may have compressed it, before there was that rule (RFC 3597 §4, RFC 6672 §2.5).
 * `whole`: never compressed by anybody.
 */
export type Compression = 'compressed' | 'understood' | 'whole'

export interface RecordType {
  readonly fields: readonly Field[]
  readonly compression: Compression
  /** Whether names in it are in lower case where records are signed or compared (RFC 4034 §6.2, RFC 6840 §5.1). */
  readonly lowers: boolean
  /** What is wrong with data whose fields are sound; `starts` is where each of them begins. */
  readonly fault?: (rdata: Uint8Array, starts: readonly number[]) => string | undefined
}

const of = (...fields: readonly Field[]): RecordType => ({ fields, compression: 'whole', lowers: false })
/** RFC 1035 §3.3. */
const old = (...fields: readonly Field[]): RecordType => ({ fields, compression: 'compressed', lowers: true })
/** Between RFC 1035 and RFC 3597. */
const middle = (...fields: readonly Field[]): RecordType => ({ fields, compression: 'understood', lowers: true })

const TEXT = of(strings('text'))
/** Bytes of a digest by the number before it. */
const SHA = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const
const DELEGATION: RecordType = {
  ...of(u16('key-tag'), algorithm('algorithm'), u8('digest-type'), hex('digest')),
  // RFC 4034 §5.1.3, RFC 4509, RFC 5933, RFC 6605.
  fault: digestFault(3, { 1: SHA.sha1, 2: SHA.sha256, 3: 32, 4: SHA.sha384 }),
}
const KEY = of(u16('flags'), u8('protocol'), algorithm('algorithm'), base64('public-key'))
const CERTIFICATE = of(u8('usage'), u8('selector'), u8('matching-type'), hex('certificate-data'))
const SIGNATURE: RecordType = {
  ...middle(
    covered('type-covered'),
    algorithm('algorithm'),
    u8('labels'),
    u32('original-ttl'),
    time('expiration'),
    time('inception'),
    u16('key-tag'),
    name('signer'),
    base64('signature'),
  ),
}
const SERVICE: RecordType = {
  ...of(u16('priority'), name('target'), params('parameters')),
  fault: (rdata, starts) => aliasFault(rdata, starts[2]!), // one for each of the three fields
}
const HASHED = [u8('hash-algorithm'), u8('flags'), u16('iterations'), salt('salt')]

export const RECORD_TYPES: ReadonlyMap<number, RecordType> = new Map([
  [TYPE.A, of(ipv4('address'))],
  [TYPE.NS, old(name('name-server'))],
  [TYPE.CNAME, old(name('target'))],
  [
    TYPE.SOA,
    old(name('mname'), name('rname'), u32('serial'), ...['refresh', 'retry', 'expire', 'minimum'].map(seconds)),
  ],
  [TYPE.MB, old(name('mailbox-host'))],
  [TYPE.MG, old(name('mailbox'))],
  [TYPE.MR, old(name('mailbox'))],
  [TYPE.PTR, old(name('target'))],
  [TYPE.HINFO, of(string('cpu'), string('os'))],
  [TYPE.MINFO, old(name('responsible-mailbox'), name('error-mailbox'))],
  [TYPE.MX, old(u16('preference'), name('exchange'))],
  [TYPE.TXT, TEXT],
  [TYPE.RP, middle(name('mailbox'), name('text-name'))],
  [TYPE.AFSDB, middle(u16('subtype'), name('host'))],
  [TYPE.RT, middle(u16('preference'), name('host'))],
  [TYPE.SIG, SIGNATURE],
  [TYPE.KEY, KEY],
  [TYPE.PX, middle(u16('preference'), name('map822'), name('mapx400'))],
  [TYPE.AAAA, of(ipv6('address'))],
  [TYPE.LOC, of(location('location'))],
  [TYPE.SRV, middle(u16('priority'), u16('weight'), u16('port'), name('target'))],
  [
    TYPE.NAPTR,
    middle(u16('order'), u16('preference'), ...['flags', 'services', 'regexp'].map(string), name('replacement')),
  ],
  [TYPE.KX, { ...of(u16('preference'), name('exchanger')), lowers: true }],
  [TYPE.CERT, of(certificateType('type'), u16('key-tag'), algorithm('algorithm'), base64('certificate'))],
  [TYPE.DNAME, middle(name('target'))],
  [TYPE.APL, of(prefixes('prefix'))],
  [TYPE.DS, DELEGATION],
  [
    TYPE.SSHFP,
    {
      ...of(u8('algorithm'), u8('fingerprint-type'), hex('fingerprint')),
      fault: digestFault(2, { 1: SHA.sha1, 2: SHA.sha256 }),
    },
  ],
  // RFC 4034 §3.1.7: the name in an RRSIG is never compressed.
  [TYPE.RRSIG, { ...SIGNATURE, compression: 'whole' }],
  // RFC 6840 §5.1: the name in an NSEC stays as it is.
  [TYPE.NSEC, of(name('next-name'), bitmap('types'))],
  [TYPE.DNSKEY, KEY],
  [TYPE.DHCID, of(base64('digest'))],
  [TYPE.NSEC3, of(...HASHED, base32hex('next-hash'), bitmap('types', true))],
  [TYPE.NSEC3PARAM, of(...HASHED)],
  [TYPE.TLSA, CERTIFICATE],
  [TYPE.SMIMEA, CERTIFICATE],
  [TYPE.CDS, DELEGATION],
  [TYPE.CDNSKEY, KEY],
  [TYPE.OPENPGPKEY, of(base64('public-key'))],
  [TYPE.CSYNC, of(u32('serial'), u16('flags'), bitmap('types', true))],
  [
    TYPE.ZONEMD,
    {
      ...of(u32('serial'), u8('scheme'), u8('hash-algorithm'), hex('digest')),
      // RFC 8976 §2.2.4: others have 12 bytes at least.
      fault: digestFault(3, { 1: SHA.sha384, 2: SHA.sha512 }, 12),
    },
  ],
  [TYPE.SVCB, SERVICE],
  [TYPE.HTTPS, SERVICE],
  [TYPE.SPF, TEXT],
  [TYPE.NID, of(u16('preference'), locator64('node-id'))],
  [TYPE.L32, of(u16('preference'), ipv4('locator'))],
  [TYPE.L64, of(u16('preference'), locator64('locator'))],
  [TYPE.LP, of(u16('preference'), name('pointer'))],
  [TYPE.EUI48, of(eui48('address'))],
  [TYPE.EUI64, of(eui64('address'))],
  [TYPE.URI, of(u16('priority'), u16('weight'), target('target'))],
  [TYPE.CAA, of(u8('flags'), tag('tag'), value('value'))],
  [TYPE.AVC, TEXT],
  [TYPE.RESINFO, TEXT],
  [TYPE.WALLET, TEXT],
])
