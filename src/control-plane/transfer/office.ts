// The office: what is asked of the server that is no ordinary query. Transfers, updates, notifications, and whatever is
// signed (RFC 5936, 1995, 2136, 1996, 8945). It runs beside the line, and may take its time.
import type { AddressBytes } from '../../dns/address.js'
import { contains, formatAddress, formatPrefix, type Prefix } from '../../dns/address.js'
import { decodeMessage, type Message, MessageError } from '../../dns/message.js'
import { bareReply, FLAG } from '../../dns/message-reply.js'
import { formatName, type Name } from '../../dns/name.js'
import { CLASS, OPCODE, RCODE, rcodeName, TYPE } from '../../dns/numbers.js'
import { HEADER_LENGTH } from '../../dns/question.js'
import type { TsigKeys } from '../../dns/tsig.js'
import { AnswerSigner, checkTsig, signRefusal } from '../../dns/tsig-check.js'
import type { TrafficStore } from '../traffic/store.js'
import type { Archive } from './archive.js'
import type { OfficeEvents } from './events.js'
import { explained, toExplain } from './explained.js'
import { loneMessage, transferMessages } from './messages.js'
import { mayTransfer } from './permit.js'
import { update } from './update.js'
import { axfr, ixfr, type Xfr } from './xfr.js'

export interface Request {
  readonly message: Uint8Array
  readonly sender: AddressBytes
  readonly transport: 'udp' | 'tcp'
}

export interface OfficeOptions {
  readonly store: TrafficStore
  readonly keys: TsigKeys
  readonly archive: Archive
  /** The line: answers an ordinary query, whose signature has been taken off, or whose answer has to be signed first. */
  readonly line: (query: Uint8Array, sender: AddressBytes, transport: 'udp' | 'tcp') => Uint8Array
  /** Says why a name is answered as it is, to those networks. */
  readonly explain: { readonly to: readonly Prefix[]; readonly sentences: Explain }
  /** Seconds since 1970. */
  readonly now: () => number
  readonly events: OfficeEvents
}

/** @param client as the resolver sent it @param resolver who asks */
export type Explain = (name: string, client: string | undefined, resolver: string) => Promise<readonly string[]>

type Answers = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** Bytes by UDP without EDNS (RFC 1035 §4.2.1), and with (what the line sends at most). */
const UDP_SIZE = { plain: 512, edns: 1232 } as const

export class Office {
  private readonly options: OfficeOptions

  constructor(options: OfficeOptions) {
    this.options = options
  }

  /** The answer to a request, message by message; each is made when it is asked for. */
  async *answer(request: Request): AsyncGenerator<Uint8Array, void, undefined> {
    const { keys, now } = this.options
    const { message } = request
    // The line reads the header before it hands anything over.
    if (message.length < HEADER_LENGTH) return
    const checked = checkTsig(message, keys, now())
    switch (checked.kind) {
      case 'malformed':
        yield bareReply(message, RCODE.FORMERR)
        return
      case 'bad':
        yield signRefusal(bareReply(message, RCODE.NOTAUTH), checked, now())
        return
      case 'unsigned':
        yield* this.carryOut(request, undefined)
        return
      case 'good': {
        const { key, tsig } = checked
        const signer = new AnswerSigner(key, tsig.mac)
        const limit = udpLimit(request)
        for await (const answer of this.carryOut({ ...request, message: checked.message }, key.name)) {
          const signed = signer.sign(answer, now())
          // RFC 8945 §5.3: what does not fit with its signature is truncated, and signed.
          yield signed.length <= limit
            ? signed
            : new AnswerSigner(key, tsig.mac).sign(bareReply(answer, RCODE.NOERROR, FLAG.truncated), now())
        }
      }
    }
  }

  /** @param key the name of the key that signed the request */
  private carryOut(request: Request, key: Name | undefined): Answers {
    const opcode = (request.message[2]! >> 3) & 15
    try {
      switch (opcode) {
        case OPCODE.QUERY:
          return this.query(request, key)
        case OPCODE.UPDATE:
          return this.update(request, decodeMessage(request.message), key)
        case OPCODE.NOTIFY:
          return this.notify(request, decodeMessage(request.message))
        default:
          return [bareReply(request.message, RCODE.NOTIMP)]
      }
    } catch (error) {
      if (error instanceof MessageError) return [bareReply(request.message, RCODE.FORMERR)]
      throw error
    }
  }

  private query(request: Request, key: Name | undefined): Answers {
    const message = decodeMessage(request.message)
    const [question] = message.questions
    if (question !== undefined && (question.type === TYPE.AXFR || question.type === TYPE.IXFR))
      return this.transfer(request, message, key)
    const why = question && toExplain(question)
    const { to, sentences } = this.options.explain
    if (why !== undefined && to.some(network => contains(network, request.sender)))
      return this.tell(request, message, sentences, why)
    const answer = this.options.line(request.message, request.sender, request.transport)
    this.options.events.count(
      key === undefined ? 'denial' : 'signed-query',
      rcodeName((answer[3] ?? RCODE.SERVFAIL) & 15),
    )
    return answer.length === 0 ? [] : [answer]
  }

  /** A name that nobody else would see. */
  private async *tell(request: Request, message: Message, sentences: Explain, name: Name): AsyncGenerator<Uint8Array> {
    const subnet = message.edns?.subnet
    const client = subnet && formatPrefix(subnet.prefix)
    const told = await sentences(formatName(name), client, formatAddress(request.sender))
    this.options.events.count('explain', rcodeName(RCODE.NOERROR))
    yield explained(message, told, udpLimit(request)) ?? bareReply(request.message, RCODE.NOERROR, FLAG.truncated)
  }

  private transfer(request: Request, message: Message, key: Name | undefined): Iterable<Uint8Array> {
    const { archive, events } = this.options
    const { sender, transport } = request
    const [question] = message.questions
    const work = question?.type === TYPE.AXFR ? 'axfr' : 'ixfr'
    const refuse = (rcode: number): Iterable<Uint8Array> => {
      events.count(work, rcodeName(rcode))
      return [bareReply(request.message, rcode)]
    }
    const serial = work === 'ixfr' ? serialOf(message) : 0
    if (question === undefined || message.questions.length !== 1 || serial === undefined) return refuse(RCODE.FORMERR)
    // RFC 5936 §4.2: there is no AXFR by UDP.
    if (question.qclass !== CLASS.IN || (work === 'axfr' && transport === 'udp')) return refuse(RCODE.REFUSED)
    const archived = archive.get(question.name)
    if (archived === undefined) return refuse(RCODE.NOTAUTH)
    const { zone, view, journal } = archived
    if (!mayTransfer(zone.transfer, sender, key)) return refuse(RCODE.REFUSED)
    const outcome = work === 'axfr' ? axfr(view) : ixfr(view, journal, serial)
    events.count(work, rcodeName(RCODE.NOERROR))
    if (outcome.kind !== 'current') {
      const by = key === undefined ? '' : ` (key ${formatName(key)})`
      events.info(
        `${SENT[outcome.kind]} ${formatName(view.origin)}, serial ${view.serial}, to ${formatAddress(sender)}${by}`,
      )
    }
    if (transport === 'tcp') return transferMessages(message, outcome.records)
    // RFC 1995 §2: what does not fit is answered with the SOA alone, and is asked for by TCP.
    const limit = udpLimit(request)
    return [loneMessage(message, outcome.records, limit) ?? [...transferMessages(message, [view.soa])]].flat()
  }

  private async *update(request: Request, message: Message, key: Name | undefined): AsyncGenerator<Uint8Array> {
    const { store, events } = this.options
    // Whoever does not sign may change nothing, and learns nothing.
    const rcode =
      key === undefined ? RCODE.REFUSED : await update(store, { message, key, sender: request.sender }, events)
    events.count('update', rcodeName(rcode))
    yield bareReply(request.message, rcode)
  }

  /** We are the primary of our zones, and take the news of them from nobody (RFC 1996 §3.11 leaves the rcode open). */
  private notify(request: Request, { questions: [question] }: Message): Iterable<Uint8Array> {
    const { archive, events } = this.options
    const ours = question !== undefined && archive.get(question.name) !== undefined
    const rcode = question === undefined ? RCODE.FORMERR : ours ? RCODE.REFUSED : RCODE.NOTAUTH
    events.count('notify-in', rcodeName(rcode))
    return [bareReply(request.message, rcode)]
  }
}

const SENT: Readonly<Record<Exclude<Xfr['kind'], 'current'>, string>> = {
  whole: 'sent the whole of',
  steps: 'sent the changes of',
}

/** RFC 1995 §3: the serial that the client has, in the SOA record in the authority section. */
function serialOf({ authorities: [soa, ...more] }: Message): number | undefined {
  if (soa === undefined || soa.type !== TYPE.SOA || more.length > 0 || soa.rdata.length < 22) return undefined
  return new DataView(soa.rdata.buffer, soa.rdata.byteOffset + soa.rdata.length - 20).getUint32(0)
}

function udpLimit({ message, transport }: Request): number {
  if (transport === 'tcp') return 65_535
  try {
    const { edns } = decodeMessage(message)
    return edns === undefined ? UDP_SIZE.plain : Math.min(UDP_SIZE.edns, Math.max(UDP_SIZE.plain, edns.udpSize))
  } catch (error) {
    if (error instanceof MessageError) return UDP_SIZE.plain
    throw error
  }
}
