// Questions to the line of a node, in wire form, and what its answers say.
import { lineAnswerer } from '../../../dist/node/line.js'

const SOURCE = new Uint8Array([198, 51, 100, 9])
const TXT = 16

function query(name, type) {
  const labels = name.split('.').map(label => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]))
  const head = Buffer.from([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  return new Uint8Array(Buffer.concat([head, ...labels, Buffer.from([0, 0, type, 0, 1])]))
}

const CHAIN = query('chain.example.com', TXT)
const WWW = query('www.example.com', 1)

/** @returns what a node answers at the moment; a rcode, or a text that stands for nothing, where it answers nothing of use */
export function asker(publisher) {
  const line = lineAnswerer(() => publisher.current().snapshot, publisher.online)
  const ask = wire => read(line(wire, SOURCE), wire.length)
  return { chain: () => ask(CHAIN), www: () => ask(WWW) }
}

/** The data of the first answer: a TXT's first text, or an address. */
function read(message, questionLength) {
  const rcode = message[3] & 15
  const answers = (message[6] << 8) | message[7]
  if (rcode !== 0 || answers === 0) return { rcode, data: undefined }
  const at = questionLength + 2 // a pointer to the question's name
  const type = (message[at] << 8) | message[at + 1]
  const data = message.subarray(at + 10, at + 10 + ((message[at + 8] << 8) | message[at + 9]))
  return { rcode, data: type === TXT ? Buffer.from(data.subarray(1, 1 + data[0])).toString() : data.join('.') }
}
