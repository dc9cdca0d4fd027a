// Reading sampled queries out of the ring that a thread writes them to; what it writes meanwhile is noticed, and left out.
import type { Prefix } from '../dns/address.js'
import { FIELD, type SampleRing, SLOT_BYTE, samplesWritten, slotAt } from './sample-ring.js'

/** A sample as it lies there, in numbers. */
export interface RawSample {
  /** Epoch ms. */
  readonly at: number
  readonly weight: number
  readonly transport: number
  readonly client: Prefix
  readonly bySubnet: boolean
  readonly type: number
  readonly rcode: number
  readonly zoneSlot: number
  readonly regionSlot: number
  readonly rung: number
  readonly reason: number
  readonly bytes: number
  readonly scope: number
  /** In wire form, in the letter case of the query; empty where there was none to be read. */
  readonly name: Uint8Array
  readonly packets?: RawPackets
}

export interface RawPackets {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array
  readonly port: number
  /** Undefined where it was too long to be kept, or never was. */
  readonly query: Uint8Array | undefined
  readonly response: Uint8Array | undefined
}

export interface ReadSamples {
  readonly samples: readonly RawSample[]
  /** How many were overwritten before they were read. */
  readonly skipped: number
  /** What to go on from. */
  readonly next: number
}

/** The samples from number `from` on, oldest first. */
export function readSamples(ring: SampleRing, from: number): ReadSamples {
  const next = samplesWritten(ring)
  const waiting = (next - from) | 0
  const first = waiting > ring.slots ? (next - ring.slots) | 0 : from
  const samples: RawSample[] = []
  for (let number = first; number !== next; number = (number + 1) | 0) {
    const sample = readSample(ring, number)
    if (sample !== undefined) samples.push(sample)
  }
  return { samples, skipped: waiting - samples.length, next }
}

/** Undefined where the slot has been written again since. */
function readSample(ring: SampleRing, number: number): RawSample | undefined {
  const { words, slotWords, packets } = ring
  const at = slotAt(ring, number)
  const mark = (number + 1) | 0
  if (Atomics.load(words, at + FIELD.done) !== mark) return undefined
  const slot = words.slice(at, at + slotWords)
  if (Atomics.load(words, at + FIELD.begun) !== mark) return undefined
  const bytes = new Uint8Array(slot.buffer)
  const read = (field: number): number => slot[field]!
  return {
    at: (read(FIELD.seconds) >>> 0) * 1000 + read(FIELD.millis),
    weight: read(FIELD.weight),
    transport: read(FIELD.transport),
    client: {
      bytes: addressOf(slot, FIELD.prefix, 2, read(FIELD.family)),
      length: read(FIELD.prefixLength),
    },
    bySubnet: read(FIELD.bySubnet) === 1,
    type: read(FIELD.type),
    rcode: read(FIELD.rcode),
    zoneSlot: read(FIELD.zoneSlot),
    regionSlot: read(FIELD.regionSlot),
    rung: read(FIELD.rung),
    reason: read(FIELD.reason),
    bytes: read(FIELD.bytes),
    scope: read(FIELD.scope),
    name: bytes.subarray(SLOT_BYTE.name, SLOT_BYTE.name + read(FIELD.nameLength)),
    ...(packets
      ? {
          packets: {
            address: addressOf(slot, FIELD.address, 4, read(FIELD.addressFamily)),
            port: read(FIELD.port),
            query: packetOf(bytes, SLOT_BYTE.query, read(FIELD.queryLength)),
            response: packetOf(bytes, SLOT_BYTE.response, read(FIELD.responseLength)),
          },
        }
      : {}),
  }
}

/** Words, most significant byte first, as the 4 or 16 bytes of an address. */
function addressOf(slot: Int32Array, from: number, words: number, family: number): Uint8Array {
  const bytes = new Uint8Array(family === 4 ? 4 : 16)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < words && i * 4 < bytes.length; i++) view.setInt32(i * 4, slot[from + i]!)
  return bytes
}

const packetOf = (bytes: Uint8Array, at: number, length: number): Uint8Array | undefined =>
  length > 0 ? bytes.subarray(at, at + length) : undefined
