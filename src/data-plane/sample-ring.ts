// Sampled queries in shared memory: a ring of slots of a fixed size that one thread writes and the control plane reads, without
// locks. Whoever reads too late finds a slot overwritten, and counts it as skipped.
//
//   head    1 word: how many samples have been written
//   slots   begun │ done │ fields of FIELD │ name 256 bytes │ with packets: query and response
//
// `begun` is stored before a slot is written and `done` after it, each with the number of the sample: where both are the
// number that is looked for, what was read between them is whole.

/** Words of a slot before the name, and the name. */
const NAME_AT = 32
const NAME_BYTES = 256
const PACKETS_AT = NAME_AT + NAME_BYTES / 4
/** Bytes of a query and of a response that are kept; a longer one is left out. */
export const QUERY_BYTES = 512
export const RESPONSE_BYTES = 1280
const PACKET_WORDS = (QUERY_BYTES + RESPONSE_BYTES) / 4

/** Slots of a ring: seconds of the highest rates, and less where each takes the room of two packets. */
const SLOTS = 8192
const PACKET_SLOTS = 4096
const HEAD_WORDS = 8

/** Words of a slot, one a field. */
export const FIELD = {
  begun: 0,
  done: 1,
  /** Of the batch that it came with, since 1970; and ms of that second. */
  seconds: 2,
  millis: 3,
  /** How many queries it stands for. */
  weight: 4,
  /** A TRANSPORT. */
  transport: 5,
  /** Of the client network that decided, 4 or 6; whether the query told of it; its length, and its first 64 bits. */
  family: 6,
  bySubnet: 7,
  prefixLength: 8,
  prefix: 9,
  type: 11,
  rcode: 12,
  zoneSlot: 13,
  /** −1: no region was chosen. */
  regionSlot: 14,
  /** −1: nothing was chosen. */
  rung: 15,
  /** A REASON. */
  reason: 16,
  /** Of the response; 0: none was sent. */
  bytes: 17,
  scope: 18,
  nameLength: 19,
  /** With packets: who sent the query, whole; and how many bytes of each are kept. */
  port: 20,
  addressFamily: 21,
  address: 22,
  queryLength: 26,
  responseLength: 27,
} as const

/** Why a query got what it got. */
export const REASON = {
  /** It has records, the same for everybody. */
  record: 0,
  /** A region was chosen, or the ladder had its word. */
  steered: 1,
  nodata: 2,
  nxdomain: 3,
  referral: 4,
  /** Not of our zones, of no type that is served, or of no version of EDNS that there is. */
  error: 5,
  /** What came was no query that can be read. */
  malformed: 6,
  /** Rate limiting let it go without an answer. */
  limited: 7,
  /** Sent away to come again by TCP, or with the cookie that it got. */
  'turned-away': 8,
  /** It asked for a server cookie, and for nothing else. */
  cookie: 9,
  /** Handed to the office: a transfer, an update, a signed query. */
  office: 10,
  /** A bug of ours. */
  fault: 11,
} as const
export type Reason = keyof typeof REASON
export const REASONS = Object.keys(REASON) as readonly Reason[] // keys of the constant just above

export interface SampleRing {
  readonly words: Int32Array
  /** The same memory. */
  readonly bytes: Uint8Array
  /** A power of two. */
  readonly slots: number
  readonly slotWords: number
  readonly packets: boolean
}

/** @param packets whether queries and responses are kept as they were sent */
export function makeSampleRing(packets: boolean): SampleRing {
  const slots = packets ? PACKET_SLOTS : SLOTS
  const slotWords = PACKETS_AT + (packets ? PACKET_WORDS : 0)
  const words = new Int32Array(new SharedArrayBuffer((HEAD_WORDS + slots * slotWords) * 4))
  return { words, bytes: new Uint8Array(words.buffer), slots, slotWords, packets }
}

/** Where the slot of the sample with this number begins, in words. */
export const slotAt = ({ slots, slotWords }: SampleRing, number: number): number =>
  HEAD_WORDS + (number & (slots - 1)) * slotWords

/** Where in a slot its name, its query and its response begin, in bytes. */
export const SLOT_BYTE = { name: NAME_AT * 4, query: PACKETS_AT * 4, response: PACKETS_AT * 4 + QUERY_BYTES } as const

/** How many samples have been written. It wraps: only differences count. */
export const samplesWritten = ({ words }: SampleRing): number => Atomics.load(words, 0)

/** Marks the slot of the next sample as being written. @returns where it begins, in words */
export function beginSample(ring: SampleRing): number {
  const number = ring.words[0]!
  const at = slotAt(ring, number)
  Atomics.store(ring.words, at + FIELD.begun, (number + 1) | 0)
  return at
}

/** Lets readers see the sample that was begun at `at`. */
export function finishSample({ words }: SampleRing, at: number): void {
  const next = (words[0]! + 1) | 0
  Atomics.store(words, at + FIELD.done, next)
  Atomics.store(words, 0, next)
}
