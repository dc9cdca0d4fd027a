// Encoding a record set as an answer (../../snapshot/answers.ts): names compressed against the question and against
// what was written before (RFC 1035 §4.1.4), each pointer noted, so that it can be moved where the question differs.
import { equalNames, isWildcard, isWithin, labels, type Name, nameKey, parent } from '../../dns/name.js'
import { CLASS, TYPE } from '../../dns/numbers.js'
import { HEADER_LENGTH } from '../../dns/question.js'
import { namesIn } from '../../dns/rdata.js'
import {
  EMPTY_SECTION,
  type EncodedAnswer,
  LAST_POINTER,
  LAST_START,
  RELOCATE,
  type Relocation,
} from '../../snapshot/answers.js'

/** Records of one owner and type. */
export interface RecordSet {
  readonly owner: Name
  readonly type: number
  /** Seconds. */
  readonly ttl: number
  /** Wire form, names uncompressed; never empty. */
  readonly rdatas: readonly Uint8Array[]
}

/** The RRSIG set of a set; none where its zone is not signed, or it is not the zone's own to sign. */
export type Sign = (set: RecordSet) => readonly RecordSet[]

const UNSIGNED: Sign = () => []

/** What a later name can point at. */
interface Target {
  readonly offset: number
  readonly kind: number
}

/** The last place within an answer that is pointed at from there. */
const LAST_TARGET = LAST_POINTER - LAST_START

/**
 * How the owner of the first section is to be understood: `asked` is the name that was asked for, whatever it is;
 * `suffix` is the end of it (the apex in a denial, the cut in a referral, the owner of a DNAME).
 */
export type OwnerKind = 'asked' | 'suffix'

/** Writes the sections of one answer whose question is taken to be `question`. */
class AnswerWriter {
  readonly bytes: number[] = []
  readonly relocations: Relocation[] = []
  private readonly targets = new Map<string, Target>()
  private readonly base: number

  private readonly question: Name
  private readonly ownerKind: OwnerKind

  constructor(question: Name, ownerKind: OwnerKind) {
    this.question = question
    this.ownerKind = ownerKind
    this.base = HEADER_LENGTH + question.length + 4
    // The name that a wildcard stands for is known only when it is asked for; what follows its asterisk is known now.
    const first = isWildcard(question) ? parent(question)! : question // a wildcard has a parent
    for (let suffix: Name | undefined = first; suffix !== undefined && suffix.length > 1; suffix = parent(suffix)) {
      this.targets.set(nameKey(suffix), {
        offset: HEADER_LENGTH + question.length - suffix.length,
        kind: RELOCATE.suffix,
      })
    }
  }

  /** A record of the question's name. */
  own({ type, ttl }: RecordSet, rdata: Uint8Array, compress: boolean): void {
    this.pointer({ offset: HEADER_LENGTH, kind: this.ownerKind === 'asked' ? RELOCATE.owner : RELOCATE.suffix })
    this.rest(type, ttl, rdata, compress)
  }

  /** A record of any name. */
  other({ owner, type, ttl }: RecordSet, rdata: Uint8Array): void {
    // What a wildcard has besides is of the name that was asked for, too.
    if (this.ownerKind === 'asked' && equalNames(owner, this.question))
      this.pointer({ offset: HEADER_LENGTH, kind: RELOCATE.owner })
    else this.name(owner, true)
    this.rest(type, ttl, rdata, true)
  }

  private rest(type: number, ttl: number, rdata: Uint8Array, compress: boolean): void {
    this.bytes.push(type >> 8, type & 255, 0, 1, ttl >>> 24, (ttl >>> 16) & 255, (ttl >>> 8) & 255, ttl & 255, 0, 0)
    const start = this.bytes.length
    let from = 0
    for (const { offset, length, compressible } of namesIn(type, rdata)) {
      this.raw(rdata.subarray(from, offset))
      this.name(rdata.subarray(offset, offset + length), compress && compressible)
      from = offset + length
    }
    this.raw(rdata.subarray(from))
    const length = this.bytes.length - start
    this.bytes[start - 2] = length >> 8
    this.bytes[start - 1] = length & 255
  }

  private raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.bytes.push(byte)
  }

  /** A name, its longest known suffix as a pointer if `compress`; from now on it can be pointed at. */
  private name(name: Name, compress: boolean): void {
    let suffix: Name | undefined = name
    for (const label of labels(name)) {
      const key = nameKey(suffix!) // one suffix for each label
      const target = this.targets.get(key)
      if (target !== undefined && compress) {
        this.pointer(target)
        return
      }
      const offset = this.base + this.bytes.length
      if (target === undefined && offset <= LAST_TARGET) this.targets.set(key, { offset, kind: RELOCATE.inside })
      this.bytes.push(label.length, ...label)
      suffix = parent(suffix!)
    }
    this.bytes.push(0)
  }

  private pointer({ offset, kind }: Target): void {
    this.relocations.push({ position: this.bytes.length, kind })
    this.bytes.push(0xc0 | (offset >> 8), offset & 255)
  }
}

/** Types whose data hold no names, or none that may be compressed, so that there is nothing to do: most of a large zone. */
const PLAIN: ReadonlySet<number> = new Set([TYPE.A, TYPE.AAAA, TYPE.TXT, TYPE.RRSIG, TYPE.NSEC, TYPE.NSEC3])

/** Type, class, TTL and length of data. */
const FIXED_LENGTH = 10

/** What `encodeAnswer` makes of plain sets of one owner, with less ado: a zone may have a million of them. */
function encodePlain(sets: readonly RecordSet[]): EncodedAnswer {
  const size = sets.flatMap(({ rdatas }) => rdatas).reduce((sum, rdata) => sum + 2 + FIXED_LENGTH + rdata.length, 0)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const relocations: Relocation[] = []
  let at = 0
  for (const { type, ttl, rdatas } of sets) {
    for (const rdata of rdatas) {
      relocations.push({ position: at, kind: RELOCATE.owner })
      view.setUint16(at, 0xc000 | HEADER_LENGTH)
      view.setUint16(at + 2, type)
      view.setUint16(at + 4, CLASS.IN)
      view.setUint32(at + 6, ttl)
      view.setUint16(at + 10, rdata.length)
      bytes.set(rdata, at + 2 + FIXED_LENGTH)
      at += 2 + FIXED_LENGTH + rdata.length
    }
  }
  const answer = { bytes, count: relocations.length }
  return { answer, authority: EMPTY_SECTION, additional: EMPTY_SECTION, relocations, required: size }
}

/**
 * The answer for a record set, with records that a resolver would ask for next.
 * @param compress false where a later link of a chain points into the data, which must then be whole
 * @param sign for the signed form
 */
export function encodeAnswer(
  set: RecordSet,
  additional: readonly RecordSet[],
  compress = true,
  sign = UNSIGNED,
): EncodedAnswer {
  if (PLAIN.has(set.type) && additional.length === 0) return encodePlain([set, ...sign(set)])
  const writer = new AnswerWriter(set.owner, 'asked')
  const count = writeOwn(writer, [set, ...sign(set)], compress)
  const answer = writer.bytes.length
  return finish(writer, { answer, authority: answer }, [count, 0, writeOptional(writer, additional, sign)])
}

/**
 * A referral: the NS set of a cut in the authority section, glue in the additional section (RFC 1034 §4.2.1). Nobody else
 * has the addresses of servers at or below the cut, so that a referral without them is of no use (RFC 9471 §3.1).
 * @param proof in the signed form what says whether the zone below is signed: its DS, or what denies that, and the signatures of it
 */
export function encodeReferral(
  set: RecordSet,
  glue: readonly RecordSet[],
  proof: readonly RecordSet[] = [],
  sign = UNSIGNED,
): EncodedAnswer {
  const writer = new AnswerWriter(set.owner, 'suffix')
  const nsCount = writeOwn(writer, [set]) + writeAll(writer, proof)
  const authority = writer.bytes.length
  const own = glue.filter(({ owner }) => isWithin(owner, set.owner))
  const ownCount = writeAll(writer, own)
  const required = writer.bytes.length
  const count =
    ownCount +
    writeOptional(
      writer,
      glue.filter(each => !own.includes(each)),
      sign,
    )
  return finish(writer, { answer: 0, authority, required }, [0, nsCount, count])
}

/** A denial: the zone's SOA in the authority section (RFC 2308 §3), and its signatures in the signed form. */
export function encodeDenial(soa: RecordSet, signatures: readonly RecordSet[] = []): EncodedAnswer {
  const writer = new AnswerWriter(soa.owner, 'suffix')
  const count = writeOwn(writer, [soa, ...signatures])
  return finish(writer, { answer: 0, authority: writer.bytes.length }, [0, count, 0])
}

/** The same, said of a lone name: for a denial that is not that of the name's own zone. */
export function encodeDenialFor(name: Name, soa: RecordSet, proof: readonly RecordSet[] = []): EncodedAnswer {
  const writer = new AnswerWriter(name, 'asked')
  const count = writeAll(writer, [soa, ...proof])
  return finish(writer, { answer: 0, authority: writer.bytes.length }, [0, count, 0])
}

/** A DNAME, whose owner is the end of the name that was asked for (RFC 6672 §3.1); its target lies whole in the answer. */
export function encodeDname(set: RecordSet, sign = UNSIGNED): EncodedAnswer {
  const writer = new AnswerWriter(set.owner, 'suffix')
  const count = writeOwn(writer, [set, ...sign(set)], false)
  const answer = writer.bytes.length
  return finish(writer, { answer, authority: answer }, [count, 0, 0])
}

/** Sets of the question's name. */
function writeOwn(writer: AnswerWriter, sets: readonly RecordSet[], compress = true): number {
  let count = 0
  for (const set of sets) {
    for (const rdata of set.rdatas) {
      writer.own(set, rdata, compress)
      count++
    }
  }
  return count
}

function writeAll(writer: AnswerWriter, sets: readonly RecordSet[]): number {
  let count = 0
  for (const set of sets) {
    for (const rdata of set.rdatas) {
      writer.other(set, rdata)
      count++
    }
  }
  return count
}

/** Sets that may be left out from any one of them on, each with its signatures. */
function writeOptional(writer: AnswerWriter, sets: readonly RecordSet[], sign: Sign): number {
  return sets.reduce((count, set) => {
    writer.relocations.push({ position: writer.bytes.length, kind: RELOCATE.optional })
    return count + writeAll(writer, [set, ...sign(set)])
  }, 0)
}

/** `ends.required`: of what must not be left out; that of the authority section unless told. */
function finish(
  { bytes, relocations }: AnswerWriter,
  ends: { readonly answer: number; readonly authority: number; readonly required?: number },
  counts: readonly [number, number, number],
): EncodedAnswer {
  const section = (from: number, to: number, count: number): { bytes: number[]; count: number } =>
    count === 0 ? { bytes: [], count: 0 } : { bytes: bytes.slice(from, to), count }
  return {
    answer: ends.answer === 0 ? EMPTY_SECTION : section(0, ends.answer, counts[0]),
    authority: section(ends.answer, ends.authority, counts[1]),
    additional: section(ends.authority, bytes.length, counts[2]),
    relocations,
    required: ends.required ?? ends.authority,
  }
}
