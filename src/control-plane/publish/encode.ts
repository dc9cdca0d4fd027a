// Encoding record sets as an answer (../../snapshot/answers.ts): which of them stand in which section, and what may be left out.
import { isWithin, type Name } from '../../dns/name.js'
import { CLASS, TYPE } from '../../dns/numbers.js'
import { HEADER_LENGTH } from '../../dns/question.js'
import { EMPTY_SECTION, type EncodedAnswer, RELOCATE, type Relocation } from '../../snapshot/answers.js'
import { AnswerWriter } from './answer-writer.js'
import type { RecordSet, Sign } from './record-set.js'

const UNSIGNED: Sign = () => []

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
