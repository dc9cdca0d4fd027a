// The bytes of one answer: names compressed against the question and against what was written before (RFC 1035 §4.1.4), each
// pointer noted, so that it can be moved where the question differs.
import { equalNames, isWildcard, labels, type Name, nameKey, parent } from '../../dns/name.js'
import { HEADER_LENGTH } from '../../dns/question.js'
import { namesIn } from '../../dns/rdata.js'
import { LAST_POINTER, LAST_START, RELOCATE, type Relocation } from '../../snapshot/answers.js'
import type { RecordSet } from './record-set.js'

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
export class AnswerWriter {
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
