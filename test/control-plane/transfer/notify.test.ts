import { expect, test } from 'vitest'
import { Archive } from '../../../src/control-plane/transfer/archive.js'
import { type Exchange, NOTIFY_WAITS, Notifier } from '../../../src/control-plane/transfer/notify.js'
import { decodeMessage } from '../../../src/dns/message.js'
import { bareReply } from '../../../src/dns/message-reply.js'
import { OPCODE, RCODE, TYPE } from '../../../src/dns/numbers.js'
import { tsigKeys } from '../../../src/dns/tsig.js'
import { checkTsig } from '../../../src/dns/tsig-check.js'
import { readDocument } from '../../world.js'
import { XFER } from './world.js'

const DOCUMENT = `
zones:
  example.com:
    nameservers: [ns.example.net]
    transfer:
      notify: [192.0.2.53, { to: "[2001:db8::53]:5353", key: xfer }]
    records: {}
`

interface Sent {
  readonly to: string
  readonly message: Uint8Array
  readonly ms: number
}

/** A notifier whose network is a function. */
function notifierWith(reply: (sent: Sent, count: number) => Uint8Array | undefined | Promise<undefined>) {
  const sent: Sent[] = []
  const told: string[] = []
  const exchange: Exchange = async ({ host, port }, message, ms) => {
    const one = { to: `${host} ${port}`, message, ms }
    sent.push(one)
    return reply(one, sent.filter(({ to }) => to === one.to).length)
  }
  const events = {
    count: (work: string, outcome: string) => void told.push(`${work} ${outcome}`),
    info: () => {},
    warn: (sentence: string) => void told.push(sentence),
  }
  return { notifier: new Notifier({ exchange, keys: tsigKeys([XFER]), now: () => 1000, events }), sent, told }
}

const changed = () => new Archive().take(readDocument(DOCUMENT))[0]!
const settled = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5))

test('each secondary is told the SOA, signed where it wants that, and not again once it has answered', async () => {
  const { notifier, sent, told } = notifierWith(({ message }) => bareReply(message, RCODE.NOERROR))
  notifier.changed(changed())
  await settled()
  expect(sent.map(({ to }) => to)).toEqual(['192.0.2.53 53', '2001:db8::53 5353'])
  const [plain, signed] = sent.map(({ message }) => message)
  expect(decodeMessage(plain!)).toMatchObject({
    opcode: OPCODE.NOTIFY,
    authoritative: true,
    questions: [{ type: TYPE.SOA }],
    answers: [{ type: TYPE.SOA }],
  })
  expect(checkTsig(signed!, tsigKeys([XFER]), 1000).kind).toBe('good')
  expect(told).toEqual(['notify-out NOERROR', 'notify-out NOERROR'])
})

test('who does not answer is told again, each time after a longer wait, and given up after a minute', async () => {
  const { notifier, sent, told } = notifierWith(() => undefined)
  notifier.changed(changed())
  await settled()
  expect(sent.filter(({ to }) => to === '192.0.2.53 53').map(({ ms }) => ms)).toEqual(NOTIFY_WAITS)
  expect(NOTIFY_WAITS.reduce((sum, ms) => sum + ms)).toBe(62_000)
  expect(told.join()).toContain('told 192.0.2.53 port 53 of serial 1 of example.com. 5 times and got no answer')
})

test('who refuses is not told again, and the operator is', async () => {
  const { notifier, sent, told } = notifierWith(({ message }) => bareReply(message, RCODE.REFUSED))
  notifier.changed(changed())
  await settled()
  expect(sent).toHaveLength(2)
  expect(told.join()).toContain('answered REFUSED')
})

test('news overtake older news, and nothing is sent after the end', async () => {
  const { notifier, sent } = notifierWith(() => new Promise(resolve => setTimeout(() => resolve(undefined), 1)))
  const zone = changed()
  notifier.changed(zone)
  notifier.changed({ ...zone, view: { ...zone.view, serial: 2 } })
  notifier.close()
  await settled()
  expect(sent).toHaveLength(4)
})

test('a key that the settings do not have is told of, and nothing is sent', async () => {
  const { notifier, sent, told } = notifierWith(() => undefined)
  const zone = changed()
  const notify = [{ host: '192.0.2.1', port: 53, key: zone.view.origin }]
  notifier.changed({ ...zone, zone: { ...zone.zone, transfer: { allow: [], notify } } })
  await settled()
  expect(sent).toHaveLength(0)
  expect(told.join()).toContain('the settings have no key example.com.')
})
