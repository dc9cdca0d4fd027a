// The entries of a zone file one after the other: records into a table, directives into what comes after them
// (RFC 1035 §5.1, RFC 2308 §4; $GENERATE is BIND's).
import { isWithin, type Name, parseName } from './name.js'
import { TYPE } from './numbers.js'
import { encodeRdata, encodeWords } from './rdata.js'
import { RecordTable } from './record-table.js'
import { fill, parseRange, parseTemplate, rangeCount } from './zonefile-generate.js'
import { readHeader } from './zonefile-header.js'
import { ZoneLexer } from './zonefile-lexer.js'
import { writePlainIpv4, writePlainName } from './zonefile-plain.js'
import { ZoneProblems } from './zonefile-problem.js'
import { MAX_TTL, parseTtl } from './zonefile-ttl.js'

/** Reads a file that another one includes; `from` is what that one is called. What it throws becomes a problem. */
export type Include = (path: string, from: string) => { readonly file: string; readonly text: string }

export const MAX_DEPTH = 10
export const MAX_INCLUDES = 1000
/** Records that the $GENERATE directives of a zone may make in all. */
export const MAX_GENERATED = 2 ** 20

/** The owner of an entry that names none: nothing came before; or what came before is no name of this zone. */
const NO_OWNER = -1
const NOT_OURS = -2

/** What is wrong with an entry; thrown and caught in this file. */
class Fault extends Error {
  readonly token: number
  constructor(token: number, message: string) {
    super(message)
    this.token = token
  }
}

/** What `work` returns; what it throws is the fault of a token. */
function blame<T>(token: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    // Names, data, and the caller's include: each throws a sentence for people.
    throw new Fault(token, error instanceof Error ? error.message : String(error))
  }
}

/** One file while it is being read. */
interface Context {
  readonly lexer: ZoneLexer
  readonly file: string
  readonly number: number
  readonly depth: number
  origin: Name
  /** Where the table has the current owner, or one of the two constants above. */
  ownerAt: number
  ownerLength: number
}

export class ZoneReader {
  readonly table = new RecordTable()
  readonly problems = new ZoneProblems()
  private readonly zone: Name
  private readonly include: Include | undefined
  private readonly scratch = new Uint8Array(256)
  private readonly address = new Uint8Array(4)
  /** Seconds: of $TTL, and of the last record that said. Both outlive the file that said so. */
  private defaultTtl: number | undefined
  private lastTtl: number | undefined
  private includes = 0
  private generated = 0

  constructor(zone: Name, include: Include | undefined) {
    this.zone = zone
    this.include = include
  }

  read(text: string, file: string, origin: Name, depth = 0): void {
    const lexer: ZoneLexer = new ZoneLexer(text, (offset, message) => this.report(context, offset, message))
    const number = this.table.addFile(file)
    const context: Context = { lexer, file, number, depth, origin, ownerAt: NO_OWNER, ownerLength: 0 }
    while (!this.problems.full && lexer.next()) this.entry(context)
  }

  private entry(context: Context): void {
    const { lexer } = context
    try {
      if (!lexer.blank && lexer.text[lexer.start(0)] === '$' && !lexer.isQuoted(0)) this.directive(context)
      else this.record(context)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.report(context, lexer.start(error.token), error.message)
    }
  }

  private record(context: Context): void {
    const { lexer, number } = context
    if (!lexer.blank) this.setOwner(context)
    else if (context.ownerAt === NO_OWNER) throw new Fault(0, 'no owner stands here or before')
    const header = readHeader(lexer, lexer.blank ? 0 : 1)
    if (header.kind === 'fault') throw new Fault(header.token, header.message)
    // Also where the data turn out to be wrong: the entries after it shall not seem wrong for that.
    if (header.ttl !== undefined) this.lastTtl = header.ttl
    const rdata = this.data(context, header.type, header.next)
    const ttl = this.ttl(context, header.ttl, header.type, rdata)
    if (context.ownerAt === NOT_OURS) return
    this.table.append(context.ownerAt, context.ownerLength, header.type, ttl, rdata, number, lexer.line)
  }

  private setOwner(context: Context): void {
    const { lexer, origin } = context
    const { text } = lexer
    context.ownerAt = NOT_OURS
    if (lexer.isQuoted(0)) throw new Fault(0, 'a name stands without quotes')
    let length = writePlainName(text, lexer.start(0), lexer.end(0), origin, this.scratch)
    if (length < 0) {
      const name = blame(0, () => parseName(lexer.token(0), origin))
      this.scratch.set(name)
      length = name.length
    }
    if (!isWithin(this.scratch.subarray(0, length), this.zone)) {
      this.warn(context, 0, `"${lexer.token(0)}" is outside the zone, and is left out`)
      return
    }
    context.ownerAt = this.table.addOwner(this.scratch, length)
    context.ownerLength = length
  }

  private data(context: Context, type: number, next: number): Uint8Array {
    const { lexer, origin } = context
    if (type === TYPE.A && lexer.count === next + 1 && !lexer.isQuoted(next)) {
      if (writePlainIpv4(lexer.text, lexer.start(next), lexer.end(next), this.address)) return this.address
    }
    const at = Math.min(next, lexer.count - 1)
    return blame(at, () => encodeWords(type, lexer.words(next), origin))
  }

  private ttl(context: Context, written: number | undefined, type: number, rdata: Uint8Array | undefined): number {
    const ttl = written ?? this.defaultTtl ?? this.lastTtl
    if (ttl !== undefined) return ttl
    if (type !== TYPE.SOA || rdata === undefined) {
      throw new Fault(0, 'has no TTL, and nothing before it has; begin the file with $TTL')
    }
    // As all servers do: RFC 1035 had the minimum of the SOA for this.
    const minimum = Math.min(MAX_TTL, new DataView(rdata.buffer, rdata.byteOffset).getUint32(rdata.length - 4))
    this.warn(context, 0, `has no TTL; the minimum of the SOA, ${minimum} s, is taken for all`)
    return (this.defaultTtl = minimum)
  }

  private directive(context: Context): void {
    const { lexer } = context
    const name = lexer.token(0).toUpperCase()
    if (name === '$ORIGIN') this.setOrigin(context)
    else if (name === '$TTL') this.setTtl(context)
    else if (name === '$INCLUDE') this.includeFile(context)
    else if (name === '$GENERATE') this.generate(context)
    else throw new Fault(0, `"${lexer.token(0)}" is no directive; $ORIGIN, $TTL, $INCLUDE and $GENERATE are`)
  }

  private setOrigin(context: Context): void {
    const { lexer } = context
    if (lexer.count !== 2) throw new Fault(0, 'expected $ORIGIN <name>')
    context.origin = blame(1, () => parseName(lexer.token(1), context.origin))
  }

  private setTtl(context: Context): void {
    const { lexer } = context
    if (lexer.count !== 2) throw new Fault(0, 'expected $TTL <seconds>')
    const ttl = parseTtl(lexer.token(1))
    if (ttl === undefined) throw new Fault(1, `"${lexer.token(1)}" is no TTL, such as 3600 or 1h30m`)
    this.defaultTtl = ttl
  }

  private includeFile(context: Context): void {
    const { lexer, file, depth, origin } = context
    if (lexer.count < 2 || lexer.count > 3) throw new Fault(0, 'expected $INCLUDE <file> [<origin>]')
    if (this.include === undefined) throw new Fault(0, '$INCLUDE is not possible here')
    if (depth >= MAX_DEPTH) throw new Fault(1, `${MAX_DEPTH} files include one another; that is the most`)
    if (++this.includes > MAX_INCLUDES) throw new Fault(1, `more than ${MAX_INCLUDES} files are included`)
    const inner = lexer.count === 3 ? blame(2, () => parseName(lexer.token(2), origin)) : context.origin
    const { include } = this
    const included = blame(1, () => include(lexer.token(1), file))
    // RFC 1035 §5.1: origin and owner of the including file are what they were.
    this.read(included.text, included.file, inner, depth + 1)
  }

  private generate(context: Context): void {
    const { lexer, origin } = context
    if (lexer.count < 5) throw new Fault(0, 'expected $GENERATE <start-stop/step> <owner> <type> <data>')
    const range = parseRange(lexer.token(1))
    if (range === undefined) throw new Fault(1, `"${lexer.token(1)}" is no range such as 1-254 or 0-30/2`)
    this.generated += rangeCount(range)
    if (this.generated > MAX_GENERATED)
      throw new Fault(1, `makes more than ${MAX_GENERATED} records, which is the most for a zone`)
    const header = readHeader(lexer, 3)
    if (header.kind === 'fault') throw new Fault(header.token, header.message)
    const { type, next } = header
    const owners = parseTemplate(lexer.token(2))
    if (owners === undefined) throw new Fault(2, BAD_TEMPLATE)
    // Data of several words is one word in quotes, as BIND has it.
    const words = lexer.words(next)
    const alone = words.length === 1
    const datas = parseTemplate(words.map(({ text, quoted }) => (quoted && !alone ? `"${text}"` : text)).join(' '))
    if (datas === undefined) throw new Fault(next, BAD_TEMPLATE)
    const ttl = this.ttl(context, header.ttl, type, undefined)
    for (let number = range.start; number <= range.stop; number += range.step) {
      const owner = blame(2, () => parseName(fill(owners, number), origin))
      const rdata = blame(next, () => encodeRdata(type, fill(datas, number), origin))
      if (!isWithin(owner, this.zone)) {
        this.warn(context, 2, 'is outside the zone, and is left out')
        return
      }
      this.table.append(this.table.addOwner(owner), owner.length, type, ttl, rdata, context.number, lexer.line)
    }
  }

  private warn({ lexer, file }: Context, token: number, message: string): void {
    this.problems.add({ severity: 'warning', file, ...lexer.place(lexer.start(token)), message })
  }

  private report({ lexer, file }: Context, offset: number, message: string): void {
    this.problems.add({ severity: 'error', file, ...lexer.place(offset), message })
  }
}

const BAD_TEMPLATE = 'after $ comes nothing or {offset,width,base}, where base is one of d, o, x, X, n and N'
