// The DNS check: one question by UDP (RFC 1035), and its response code and answer.
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { decodeMessage, encodeQuery, type Message } from '../../dns/message.js'
import { parseName } from '../../dns/name.js'
import { rcodeName, typeNumber } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { DnsCheckSpec } from '../traffic/document/check.js'
import { cause, failed } from './cause.js'
import type { Check } from './check.js'

/** Passes when the answer has the response code that is expected, and holds the record that is expected, if one is. */
export const dns: Check<DnsCheckSpec> = async ({ address, spec, source }, signal, trace) => {
  try {
    const type = typeNumber(spec.recordType)! // the gate of the document has read it before
    const query = { id: randomInt(65_536), name: parseName(spec.name), type }
    const sentAt = performance.now()
    const message = await ask(address, spec.port, query, signal, source)
    trace.heard = true
    trace.phases.firstByteMs = performance.now() - sentAt
    const rcode = rcodeName(message.rcode)
    if (rcode !== spec.rcode) throw new Error(`response code ${rcode}, expected ${spec.rcode}`)
    if (spec.answer === undefined) return
    const found = message.answers.filter(record => record.type === type).map(({ rdata }) => formatRdata(type, rdata))
    if (!found.includes(spec.answer))
      throw new Error(
        `${spec.answer} is not in the answer, which has ${found.length === 0 ? 'no such record' : found.join(', ')}`,
      )
  } catch (error) {
    throw failed(cause(error), error)
  }
}

function ask(
  host: string,
  port: number,
  query: { readonly id: number; readonly name: ReturnType<typeof parseName>; readonly type: number },
  signal: AbortSignal,
  source: string | undefined,
): Promise<Message> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', signal })
    const end = (act: () => void): void => {
      // An aborted socket is closed already.
      if (!signal.aborted) socket.close()
      act()
    }
    socket.once('error', error => end(() => reject(error)))
    socket.on('message', bytes => {
      const message = read(bytes)
      // RFC 5452 §9: whatever does not answer our question is not there.
      if (message?.id === query.id && message.response) end(() => resolve(message))
    })
    // A connected socket hears of refusals, and only from whom it asked.
    const send = (): void => socket.connect(port, host, () => socket.send(encodeQuery(query)))
    if (source === undefined) send()
    else socket.bind(0, source, send)
  })
}

function read(bytes: Uint8Array): Message | undefined {
  try {
    return decodeMessage(bytes)
  } catch {
    return undefined
  }
}
