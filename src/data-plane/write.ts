// Writing a response over the query that it answers: sections, and what of them fits (RFC 1035 §4.1, RFC 2181 §9).
import type { Edns } from '../dns/edns.js'
import { CLASS, TYPE } from '../dns/numbers.js'
import { HEADER_LENGTH } from '../dns/question.js'
import { ANSWER, ANSWER_WORDS, type Answers, LAST_START } from '../snapshot/answers.js'
import type { AskedOptions } from './asked-options.js'
import { OptRecord } from './opt.js'
import type { Owner } from './owner.js'
import { proofLength, writeProof } from './proof-set.js'
import { countRecords, FIXED_RR, writeFixed } from './record.js'
import { fittingLength, relocate } from './relocate.js'
import { firstOf, turn } from './rotate.js'

/** A response being written; one is made per thread and used again for each query. */
export class Response {
  private m: Uint8Array = new Uint8Array(0)
  private at = 0
  /** Next byte, counted from the message's first. */
  private end = 0
  private limit = 0
  private questionEnd = 0
  private answers = 0
  private authorities = 0
  private additionals = 0
  private readonly opt: OptRecord
  private readonly rotate: boolean
  truncated = false
  /** What would come along with an answer stays away, since there is more to come for the authority section. */
  withoutAdditional = false

  /** @param rotate whether equal addresses take turns at being first */
  constructor(options: AskedOptions, rotate: boolean) {
    this.opt = new OptRecord(options)
    this.rotate = rotate
  }

  /** Begins a response after the question, which stays where it is; `limit` is the most bytes it may have. */
  begin(m: Uint8Array, at: number, questionEnd: number, limit: number): void {
    this.m = m
    this.at = at
    this.end = questionEnd
    this.questionEnd = questionEnd
    this.limit = limit
    this.answers = 0
    this.authorities = 0
    this.additionals = 0
    this.opt.begin()
    this.truncated = false
    this.withoutAdditional = false
  }

  /** What the message lies in, and where in it the byte at `position` of the message is. */
  get bytes(): Uint8Array {
    return this.m
  }

  place(position: number): number {
    return this.at + position
  }

  byte(position: number): number {
    return this.m[this.at + position]!
  }

  get hasAnswer(): boolean {
    return this.answers > 0
  }

  /** Whether an answer that came next could point at itself no more. */
  get isLong(): boolean {
    return this.end > LAST_START
  }

  /** An option to be put into the OPT record, if there is one and it has room: code, length and data. */
  setExtendedError(option: Uint8Array): void {
    this.opt.extra = option
  }

  /**
   * Appends an encoded answer for `owner`, whose node's name has `nodeLength` bytes. Of the additional sets those from the
   * first that does not fit on are left out (RFC 2181 §9); anything else that does not fit truncates the response. Who asks
   * for signatures gets the signed form.
   * @returns where the answer's first byte lies in the message
   */
  append(answers: Answers, answer: number, owner: Owner, nodeLength: number, edns: Edns): number {
    const { heads, bytes } = answers
    const plain = answer * ANSWER_WORDS
    const head = edns.dnssecOk ? heads[plain + ANSWER.signed]! * ANSWER_WORDS : plain
    const room = this.limit - this.end - this.opt.length(edns)
    if (heads[head + ANSWER.requiredLength]! > room) {
      this.truncated = true
      return this.end
    }
    const sections = heads[head + ANSWER.answerLength]! + heads[head + ANSWER.authorityLength]!
    const all = sections + heads[head + ANSWER.additionalLength]!
    const fits = all <= room ? all : fittingLength(answers, head, room)
    const length = this.withoutAdditional ? sections : fits
    const start = this.end
    const { m, at } = this
    const from = heads[head + ANSWER.at]!
    for (let i = 0, to = at + start; i < length; i++) m[to + i] = bytes[from + i]!
    const count = heads[head + ANSWER.answerCount]!
    if (this.rotate && count > 1) turn(m, at, at + start, bytes, from, heads[head + ANSWER.answerLength]!, count)
    if (owner.at !== HEADER_LENGTH || owner.length !== nodeLength)
      relocate(m, at, start, length, answers, head, owner, nodeLength)
    this.answers += count
    this.authorities += heads[head + ANSWER.authorityCount]!
    this.additionals +=
      length === all
        ? heads[head + ANSWER.additionalCount]!
        : countRecords(m, at + start + sections, at + start + length)
    this.end += length
    return start
  }

  /**
   * Appends the NSEC or NSEC3 record that an answer has, with its signatures, to the authority section: under its own name, which
   * has `nameLength` bytes, begins with those from `nameAt` on, and ends with that of the zone, `apex`.
   */
  appendProof(
    answers: Answers,
    answer: number,
    names: Uint8Array,
    nameAt: number,
    nameLength: number,
    apex: Owner,
    edns: Edns,
  ): void {
    const { heads } = answers
    const head = heads[answer * ANSWER_WORDS + ANSWER.signed]! * ANSWER_WORDS
    const own = nameLength - apex.length
    const length = proofLength(answers, head, own, this.end)
    if (length > this.limit - this.end - this.opt.length(edns)) {
      this.truncated = true
      return
    }
    writeProof(this.m, this.at, this.end, answers, head, names, nameAt, own, apex.at)
    this.authorities += heads[head + ANSWER.answerCount]!
    this.end += length
  }

  /** Appends a record to the authority section, its owner written out. For what is made when it is asked for: it allocates. */
  appendAuthority(owner: Uint8Array, type: number, ttl: number, data: Uint8Array, edns: Edns): void {
    if (owner.length + FIXED_RR - 2 + data.length > this.limit - this.end - this.opt.length(edns)) {
      this.truncated = true
      return
    }
    const head = [type >> 8, type & 255, 0, CLASS.IN, ttl >>> 24, (ttl >>> 16) & 255, (ttl >>> 8) & 255, ttl & 255]
    for (const part of [owner, head, [data.length >> 8, data.length & 255], data]) {
      this.m.set(part, this.at + this.end)
      this.end += part.length
    }
    this.authorities++
  }

  /** Appends `count` A or AAAA records for `owner` from consecutive addresses. */
  appendAddresses(
    type: number,
    ttl: number,
    addresses: Uint8Array,
    from: number,
    count: number,
    owner: Owner,
    edns: Edns,
  ): void {
    const size = type === TYPE.A ? 4 : 16
    if (count * (FIXED_RR + size) > this.limit - this.end - this.opt.length(edns)) {
      this.truncated = true
      return
    }
    const { m, at } = this
    const first = this.rotate && count > 1 ? firstOf(m, at, count) : 0
    for (let i = 0; i < count; i++) {
      const p = at + this.end
      writeFixed(m, p, owner.at, type, ttl, size)
      const which = i + first < count ? i + first : i + first - count
      for (let k = 0; k < size; k++) m[p + FIXED_RR + k] = addresses[from + which * size + k]!
      this.end += FIXED_RR + size
    }
    this.answers += count
  }

  /** Appends one record for `owner`, with `length` bytes of data from `from` on. @returns where it begins in the message */
  appendRecord(
    type: number,
    ttl: number,
    data: Uint8Array,
    from: number,
    length: number,
    owner: Owner,
    edns: Edns,
    rclass: number = CLASS.IN,
  ): number {
    const start = this.end
    if (FIXED_RR + length > this.limit - start - this.opt.length(edns)) {
      this.truncated = true
      return start
    }
    const { m } = this
    const p = this.at + start
    writeFixed(m, p, owner.at, type, ttl, length)
    m[p + 5] = rclass
    for (let i = 0; i < length; i++) m[p + FIXED_RR + i] = data[from + i]!
    this.end += FIXED_RR + length
    this.answers++
    return start
  }

  /**
   * Appends the CNAME that a DNAME stands for (RFC 6672 §3.1): what of the owner lies before its last `suffixLength` bytes,
   * then the DNAME's target, whole, since the next owner points at it. The caller has seen to it that this makes a name.
   * @param dname where the DNAME record begins
   * @returns where the CNAME record begins
   */
  appendSubstitute(dname: number, owner: Owner, suffixLength: number, edns: Edns): number {
    const kept = owner.length - suffixLength
    const length = kept + this.dataLength(dname)
    const start = this.end
    if (FIXED_RR + length > this.limit - start - this.opt.length(edns)) {
      this.truncated = true
      return start
    }
    const { m, at } = this
    writeFixed(m, at + start, owner.at, TYPE.CNAME, 0, length)
    // Its TTL is that of the DNAME.
    for (let i = 6; i < 10; i++) m[at + start + i] = m[at + dname + i]!
    const to = at + start + FIXED_RR
    for (let i = 0; i < kept; i++) m[to + i] = m[at + owner.at + i]!
    for (let i = kept; i < length; i++) m[to + i] = m[at + dname + FIXED_RR + i - kept]!
    this.end += FIXED_RR + length
    this.answers++
    return start
  }

  /** Length of the record data that begins with the record at `start`; the record's name is a pointer. */
  dataLength(start: number): number {
    return (this.m[this.at + start + 10]! << 8) | this.m[this.at + start + 11]!
  }

  /** The name that is the data of the record at `start` is the next owner. */
  dataAsOwner(start: number, owner: Owner): void {
    owner.at = start + FIXED_RR
    owner.length = this.dataLength(start)
  }

  /** Writes header and OPT. @returns the length of the response */
  finish(edns: Edns, rcode: number, authoritative: boolean, scope: number): number {
    const { m, at } = this
    // RFC 2181 §9: of a truncated response nothing but the question and the OPT is of use.
    if (this.truncated) {
      this.end = this.questionEnd
      this.answers = 0
      this.authorities = 0
      this.additionals = 0
    }
    // QR, opcode QUERY, AA, TC, and RD as it came. RA, Z, AD and CD are clear.
    m[at + 2] = 0x80 | (authoritative ? 0x04 : 0) | (this.truncated ? 0x02 : 0) | (m[at + 2]! & 0x01)
    m[at + 3] = rcode & 15
    m[at + 6] = this.answers >> 8
    m[at + 7] = this.answers & 255
    m[at + 8] = this.authorities >> 8
    m[at + 9] = this.authorities & 255
    if (edns.present) {
      this.additionals++
      this.end = this.opt.write(m, at, this.end, this.limit, edns, rcode, scope)
    }
    m[at + 10] = this.additionals >> 8
    m[at + 11] = this.additionals & 255
    return this.end
  }
}
