// A small validator of single responses, written from RFC 4035 §5, RFC 5155 §8 and RFC 6840 without the code that signs: every set that a
// signed zone answers with has to be signed, and whatever is denied has to be proved to be absent.
import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import type { Message, ResourceRecord } from '../../src/dns/message.js'
import { equalNames, formatName, isWithin, labelCount, labels, type Name, nameKey, parent } from '../../src/dns/name.js'
import { RCODE, TYPE, typeName } from '../../src/dns/numbers.js'
import { canonicalRdata, formatRdata } from '../../src/dns/rdata.js'

/** The keys of signed zones, data of DNSKEY records; of zones that are not signed an empty list. */
export type Anchors = ReadonlyMap<string, readonly Uint8Array[]>

export interface Asked {
  readonly name: Name
  readonly type: number
}

/** `insecure`: the name ends in a zone that is not signed, or in none of ours. */
export type Judgement = 'secure' | 'insecure'

/** @throws Error that says what a validator would find fault with */
export function validate(message: Message, asked: Asked, anchors: Anchors, now: number): Judgement {
  return new Validator(message, anchors, now).judge(asked)
}

interface Nsec {
  readonly owner: Name
  readonly next: Name
  readonly types: ReadonlySet<string>
  readonly zone: string
}

/** Owner and next are hashes, in base32hex. */
interface Nsec3 {
  readonly owner: string
  readonly next: string
  readonly types: ReadonlySet<string>
  readonly zone: string
}

const wrong = (why: string): Error => new Error(why)

class Validator {
  private readonly nsecs: readonly Nsec[]
  private readonly nsec3s: readonly Nsec3[]
  private readonly message: Message
  private readonly anchors: Anchors
  private readonly now: number
  /** Whether an alias has led to a zone that is not signed. */
  private left = false

  constructor(message: Message, anchors: Anchors, now: number) {
    this.message = message
    this.anchors = anchors
    this.now = now
    this.nsecs = this.denials(TYPE.NSEC).map(({ owner, rdata, zone }) => ({ owner, ...readNsec(rdata), zone }))
    this.nsec3s = this.denials(TYPE.NSEC3).map(({ owner, rdata, zone }) => {
      const [hash, ...rest] = labels(owner)
      if (rest.length !== labelCount(Buffer.from(zone, 'latin1')))
        throw wrong('an NSEC3 that is not just below its zone')
      return { owner: Buffer.from(hash!).toString('latin1'), ...readNsec3(rdata), zone }
    })
    for (const record of message.additionals)
      if (record.type === TYPE.RRSIG)
        this.verify(message.additionals, record.owner, (record.rdata[0]! << 8) | record.rdata[1]!)
  }

  private denials(wanted: number): readonly { owner: Name; rdata: Uint8Array; zone: string }[] {
    const { authorities } = this.message
    const owners = new Map(
      authorities.filter(({ type }) => type === wanted).map(record => [nameKey(record.owner), record]),
    )
    return [...owners.values()].map(({ owner, rdata }) => {
      const { zone, signedLabels } = this.verify(authorities, owner, wanted)
      // RFC 4035 §5.3.4: a wildcard makes no proofs.
      if (signedLabels !== labelCount(owner) - (labels(owner)[0]?.toString() === '42' ? 1 : 0))
        throw wrong('a denial that a wildcard made')
      return { owner, rdata, zone: nameKey(zone) }
    })
  }

  /** A chain is as secure as the least of its links. */
  judge(asked: Asked): Judgement {
    const end = this.follow(asked)
    return this.left ? 'insecure' : end
  }

  private follow({ name: asked, type }: Asked): Judgement {
    const { answers, rcode } = this.message
    let name = asked
    const seen = new Set<string>()
    for (let links = 0; links < 40; links++) {
      const zone = this.zoneOf(name, type)
      const signed = this.isSigned(zone)
      if (!signed) this.left = true
      const whole = answers.find(record => equalNames(record.owner, name) && isAnswer(record, type))
      const dname = answers.find(
        ({ type, owner }) =>
          type === TYPE.DNAME &&
          isWithin(name, owner) &&
          !equalNames(name, owner) &&
          this.zoneOf(owner, TYPE.A) === this.zoneOf(name, TYPE.A),
      )
      if (whole !== undefined && (whole.type !== TYPE.CNAME || dname === undefined)) {
        if (signed) this.positive(name, whole.type)
        if (whole.type === TYPE.CNAME && type !== TYPE.CNAME && type !== TYPE.ANY) {
          if (seen.has(nameKey(name))) return signed ? 'secure' : 'insecure'
          seen.add(nameKey(name))
          name = whole.rdata
          continue
        }
        return signed ? 'secure' : 'insecure'
      }
      if (dname !== undefined) {
        if (signed) this.verify(answers, dname.owner, TYPE.DNAME)
        const kept = name.subarray(0, name.length - dname.owner.length)
        const target = Uint8Array.from([...kept, ...dname.rdata])
        if (target.length > 255) return signed ? 'secure' : 'insecure'
        if (seen.has(nameKey(name))) return signed ? 'secure' : 'insecure'
        seen.add(nameKey(name))
        name = target
        continue
      }
      if (zone === undefined || !signed) return 'insecure'
      if (rcode === RCODE.NOERROR && this.isReferral()) this.referral(name, zone)
      else if (rcode === RCODE.NOERROR && links > 0 && this.message.authorities.every(r => r.type !== TYPE.SOA))
        return 'secure' // a chain that is too long or goes round: whoever asks goes on by himself
      else if (rcode === RCODE.NOERROR) this.nodata(name, type, zone)
      else if (rcode === RCODE.NXDOMAIN) this.nxdomain(name, zone)
      else throw wrong(`the response code is ${rcode}`)
      return 'secure'
    }
    return 'secure'
  }

  private positive(name: Name, type: number): void {
    const { signedLabels } = this.verify(this.message.answers, name, type)
    const count = labelCount(name)
    if (signedLabels > count) throw wrong('a signature has too many labels')
    const literal = labels(name)[0]?.toString() === '42' && signedLabels === count - 1
    if (signedLabels === count || literal) return
    // RFC 4035 §5.3.4: the name between the wildcard and the one that was asked for must not exist.
    const zone = this.zoneOf(name, type)!
    let closer = name
    while (labelCount(closer) > signedLabels + 1) closer = parent(closer)!
    if (this.hashes(zone)) {
      if (this.hashedOver(closer, zone) === undefined) throw wrong(`no NSEC3 over ${formatName(closer)}`)
    } else if (this.covering(closer, zone) === undefined)
      throw wrong(`no proof that ${formatName(closer)} does not exist, which the wildcard stands for`)
  }

  private isReferral(): boolean {
    const { authorities } = this.message
    return authorities.some(({ type }) => type === TYPE.NS) && authorities.every(({ type }) => type !== TYPE.SOA)
  }

  private referral(name: Name, zone: string): void {
    const { authorities } = this.message
    const cut = authorities.find(({ type }) => type === TYPE.NS)!.owner
    if (!isWithin(name, cut)) throw wrong('a referral to elsewhere')
    if (authorities.some(({ type, owner }) => type === TYPE.DS && equalNames(owner, cut))) {
      this.verify(authorities, cut, TYPE.DS)
      return
    }
    const nsec = this.hashes(zone) ? this.hashedAt(cut, zone) : this.exact(cut, zone)
    if (nsec === undefined) throw wrong('a delegation without DS or proof of none')
    if (!nsec.types.has('NS') || nsec.types.has('DS') || nsec.types.has('SOA'))
      throw wrong(`the NSEC of the delegation has the types ${[...nsec.types].join(' ')}`)
  }

  private nodata(name: Name, type: number, zone: string): void {
    this.soa(zone)
    const without = (nsec: Pick<Nsec, 'types'>): void => {
      const word = typeName(type)
      if (nsec.types.has(word) || nsec.types.has('CNAME')) throw wrong(`NSEC says that there is ${word} or CNAME`)
      if (nsec.types.has('NS') && !nsec.types.has('SOA') && type !== TYPE.DS) throw wrong('NSEC of the parent side')
      if (type === TYPE.DS && nsec.types.has('SOA') && this.zoneOf(name, TYPE.A) !== zone)
        throw wrong('the child denies its DS')
    }
    if (this.hashes(zone)) {
      // RFC 5155 §8.5 and §8.7.
      const own = this.hashedAt(name, zone)
      if (own !== undefined) {
        without(own)
        return
      }
      const wildcard = this.hashedAt(wildcardOf(this.closestEncloser(name, zone)), zone)
      if (wildcard === undefined) throw wrong('no NSEC3 at the wildcard')
      without(wildcard)
      return
    }
    const exact = this.exact(name, zone)
    if (exact !== undefined) {
      without(exact)
      return
    }
    const covering = this.covering(name, zone)
    if (covering === undefined) throw wrong(`no NSEC at ${formatName(name)} or over it`)
    // RFC 4035 §3.1.3.1, an empty non-terminal: the next name lies below it.
    if (isWithin(covering.next, name)) return
    const wildcard = this.wildcardFor(name, covering)
    const own = this.exact(wildcard, zone)
    if (own !== undefined) {
      without(own)
      return
    }
    const over = this.covering(wildcard, zone)
    if (over === undefined || !isWithin(over.next, wildcard))
      throw wrong(`no NSEC at the wildcard ${formatName(wildcard)}`)
  }

  private nxdomain(name: Name, zone: string): void {
    this.soa(zone)
    if (this.hashes(zone)) {
      // RFC 5155 §8.4.
      if (this.hashedAt(name, zone) !== undefined) throw wrong('the name exists')
      const wildcard = wildcardOf(this.closestEncloser(name, zone))
      if (this.hashedOver(wildcard, zone) === undefined) throw wrong(`no NSEC3 over ${formatName(wildcard)}`)
      return
    }
    const covering = this.covering(name, zone)
    if (covering === undefined) throw wrong(`no NSEC over ${formatName(name)}`)
    if (isWithin(covering.next, name)) throw wrong('the name exists, as an empty non-terminal')
    const wildcard = this.wildcardFor(name, covering)
    const over = this.covering(wildcard, zone)
    if (over === undefined) throw wrong(`no NSEC over the wildcard ${formatName(wildcard)}`)
  }

  /** The wildcard at the closest encloser, which is the longest name that the two ends of the NSEC have in common with this one. */
  private wildcardFor(name: Name, { owner, next }: Nsec): Name {
    let encloser = name
    while (!isWithin(owner, encloser) && !isWithin(next, encloser)) encloser = parent(encloser)!
    return wildcardOf(encloser)
  }

  private hashes(zone: string): boolean {
    const hashes = this.nsec3s.some(nsec3 => nsec3.zone === zone)
    if (hashes && this.nsecs.some(nsec => nsec.zone === zone)) throw wrong('NSEC and NSEC3 in one zone')
    return hashes
  }

  private hashedAt(name: Name, zone: string): Nsec3 | undefined {
    const hash = hashOf(name)
    return this.nsec3s.find(nsec3 => nsec3.zone === zone && nsec3.owner === hash)
  }

  private hashedOver(name: Name, zone: string): Nsec3 | undefined {
    const hash = hashOf(name)
    return this.nsec3s.find(({ zone: own, owner, next }) => {
      if (own !== zone) return false
      return owner < next ? owner < hash && hash < next : owner < hash || hash < next
    })
  }

  /** RFC 5155 §8.3. */
  private closestEncloser(name: Name, zone: string): Name {
    let closer = name
    for (let above = parent(name); above !== undefined && nameKey(above).endsWith(zone); above = parent(above)) {
      const own = this.hashedAt(above, zone)
      if (own === undefined) {
        closer = above
        continue
      }
      if (own.types.has('DNAME') || (own.types.has('NS') && !own.types.has('SOA')))
        throw wrong('the closest encloser is a DNAME or a delegation')
      if (this.hashedOver(closer, zone) === undefined) throw wrong(`no NSEC3 over ${formatName(closer)}`)
      return above
    }
    throw wrong('no closest encloser')
  }

  private soa(zone: string): void {
    const { authorities } = this.message
    const soa = authorities.find(({ type }) => type === TYPE.SOA)
    if (soa === undefined || nameKey(soa.owner) !== zone) throw wrong('the denial has no SOA of its zone')
    this.verify(authorities, soa.owner, TYPE.SOA)
  }

  private exact(name: Name, zone: string): Nsec | undefined {
    return this.nsecs.find(nsec => nsec.zone === zone && equalNames(nsec.owner, name))
  }

  private covering(name: Name, zone: string): Nsec | undefined {
    return this.nsecs.find(nsec => {
      if (nsec.zone !== zone) return false
      // RFC 6840 §4.1: what lies below a delegation or a DNAME, its NSEC says nothing of.
      const ends = (nsec.types.has('NS') && !nsec.types.has('SOA')) || nsec.types.has('DNAME')
      if (ends && isWithin(name, nsec.owner)) return false
      const last = nameKey(nsec.next) === zone
      return order(nsec.owner, name) < 0 && (last || order(name, nsec.next) < 0)
    })
  }

  /** Verifies the set with one of its signatures. */
  private verify(
    section: readonly ResourceRecord[],
    owner: Name,
    type: number,
  ): { readonly zone: Name; readonly signedLabels: number } {
    const what = `${formatName(owner)} ${typeName(type)}`
    const set = section.filter(record => record.type === type && equalNames(record.owner, owner))
    const sigs = section.filter(
      ({ type: t, owner: o, rdata }) =>
        t === TYPE.RRSIG && equalNames(o, owner) && ((rdata[0]! << 8) | rdata[1]!) === type,
    )
    if (set.length === 0) throw wrong(`${what}: there is a signature and no set`)
    if (sigs.length === 0) throw wrong(`${what} is not signed`)
    const isDenial = type === TYPE.NSEC || type === TYPE.NSEC3
    const zone = this.zoneOf(owner, isDenial ? TYPE.A : type)
    const reasons = sigs.map(({ rdata, ttl }) => {
      const view = new DataView(rdata.buffer, rdata.byteOffset, rdata.length)
      const signer = readName(rdata, 18)
      const signedLabels = rdata[3]!
      const original = view.getUint32(4)
      const keys = this.anchors.get(nameKey(signer)) ?? []
      if (!isDenial && nameKey(signer) !== zone) return `is signed by ${formatName(signer)}`
      if (ttl !== set[0]!.ttl) return `has the TTL ${set[0]!.ttl}, and its signature ${ttl}`
      if (set[0]!.ttl > original) return `has a TTL above the original one`
      if (view.getUint32(8) < this.now || view.getUint32(12) > this.now) return 'has a signature that is not valid now'
      const key = keys.find(dnskey => tagOf(dnskey) === view.getUint16(16) && dnskey[3] === rdata[2])
      if (key === undefined) return 'is signed with a key that the zone does not have'
      let name = owner
      if (labelCount(owner) > signedLabels) {
        while (labelCount(name) > signedLabels) name = parent(name)!
        name = Uint8Array.from([1, 42, ...name])
      }
      const head = rdata.subarray(0, 18 + signer.length)
      const signature = rdata.subarray(head.length)
      if (!isSignedBy(key, Buffer.concat([head, ...canonicalRecords(name, type, original, set)]), signature))
        return 'has a bad signature'
      return { zone: signer, signedLabels }
    })
    const good = reasons.find((reason): reason is Exclude<typeof reason, string> => typeof reason !== 'string')
    if (good === undefined) throw wrong(`${what} ${reasons.join('; ')}`)
    return good
  }

  /** The key of the zone that has this type at the name: the parent has the DS (RFC 4035 §2.4). */
  private zoneOf(name: Name, type: number): string | undefined {
    let suffix: Name | undefined = name
    const find = (): string | undefined => {
      for (; suffix !== undefined; suffix = parent(suffix))
        if (this.anchors.has(nameKey(suffix))) return nameKey(suffix)
      return undefined
    }
    const found = find()
    if (type !== TYPE.DS || found !== nameKey(name) || suffix === undefined) return found
    suffix = parent(suffix)
    return find() ?? found
  }

  private isSigned(zone: string | undefined): boolean {
    return zone !== undefined && this.anchors.get(zone)!.length > 0
  }
}

const isAnswer = ({ type }: ResourceRecord, wanted: number): boolean =>
  type === wanted || type === TYPE.CNAME || (wanted === TYPE.ANY && type !== TYPE.RRSIG)

function readName(bytes: Uint8Array, from: number): Name {
  let at = from
  while (bytes[at]! > 0) at += bytes[at]! + 1
  return bytes.slice(from, at + 1)
}

function readNsec(rdata: Uint8Array): Pick<Nsec, 'next' | 'types'> {
  const [, ...types] = formatRdata(TYPE.NSEC, rdata).split(' ')
  return { next: readName(rdata, 0), types: new Set(types) }
}

function readNsec3(rdata: Uint8Array): Pick<Nsec3, 'next' | 'types'> {
  const [algorithm, flags, iterations, salt, next, ...types] = formatRdata(TYPE.NSEC3, rdata).split(' ')
  if (`${algorithm} ${flags} ${iterations} ${salt}` !== '1 0 0 -') throw wrong('parameters that RFC 9276 does not have')
  return { next: next!.toLowerCase(), types: new Set(types) }
}

/** Of a name in lower case, as base32hex. */
function hashOf(name: Name): string {
  const hash = createHash('sha1').update(nameKey(name), 'latin1').digest()
  const bits = [...hash].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return bits.replaceAll(/.{5}/g, five => Number.parseInt(five, 2).toString(32))
}

const wildcardOf = (encloser: Name): Name => Uint8Array.from([1, 42, ...encloser])

/** RFC 4034 §6.1, by strings: labels from the right, each with what comes after it as the lowest of all characters. */
function order(a: Name, b: Name): number {
  const key = (name: Name): string[] =>
    labels(name)
      .toReversed()
      .map(label =>
        Buffer.from(label)
          .toString('latin1')
          .replaceAll(/[A-Z]/g, letter => letter.toLowerCase()),
      )
  const [x, y] = [key(a), key(b)]
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! < y[i]! ? -1 : 1
  return x.length - y.length
}

function canonicalRecords(name: Name, type: number, ttl: number, set: readonly ResourceRecord[]): readonly Buffer[] {
  const owner = Buffer.from(nameKey(name), 'latin1')
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(type, 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(ttl, 4)
  const datas = new Map(
    set.map(({ rdata }) => {
      const data = Buffer.from(canonicalRdata(type, rdata))
      return [data.toString('hex'), data] as const
    }),
  )
  return [...datas]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, data]) => {
      const head = Buffer.from(fixed)
      head.writeUInt16BE(data.length, 8)
      return Buffer.concat([owner, head, data])
    })
}

function tagOf(dnskey: Uint8Array): number {
  const sum = dnskey.reduce((sum, byte, i) => sum + (i % 2 === 0 ? byte * 256 : byte), 0)
  return (sum + (sum >>> 16)) & 0xffff
}

/** ECDSA P-256, Ed25519, and RSA with an exponent of less than 256 bytes. */
function isSignedBy(dnskey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const b64 = (from: number, to?: number): string => Buffer.from(dnskey.subarray(from, to)).toString('base64url')
  const exponentEnd = 5 + dnskey[4]!
  const jwks: Readonly<Record<number, JsonWebKey>> = {
    8: { kty: 'RSA', e: b64(5, exponentEnd), n: b64(exponentEnd) },
    13: { kty: 'EC', crv: 'P-256', x: b64(4, 36), y: b64(36, 68) },
    15: { kty: 'OKP', crv: 'Ed25519', x: b64(4, 36) },
  }
  const algorithm = dnskey[3]!
  const key = createPublicKey({ key: jwks[algorithm]!, format: 'jwk' })
  return verify(algorithm === 15 ? undefined : 'sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
