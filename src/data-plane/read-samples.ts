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
  /** Undefined where the ring keeps none. */
  readonly packets: RawPackets | undefined
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
  const count = Math.min(waiting, ring.slots)
  // One copy for all: a piece of memory for each would cost more than all that is read from it.
  const copy = new Int32Array(count * ring.slotWords)
  const samples: RawSample[] = []
  for (let i = 0; i < count; i++) {
    const sample = readSample(ring, (next - count + i) | 0, copy, i * ring.slotWords)
    if (sample !== undefined) samples.push(sample)
  }
  return { samples, skipped: waiting - samples.length, next }
}

/** Undefined where the slot has been written again since. */
function readSample(ring: SampleRing, number: number, copy: Int32Array, to: number): RawSample | undefined {
  const { words, slotWords } = ring
  const at = slotAt(ring, number)
  const mark = (number + 1) | 0
  if (Atomics.load(words, at + FIELD.done) !== mark) return undefined
  copy.set(words.subarray(at, at + slotWords), to)
  if (Atomics.load(words, at + FIELD.begun) !== mark) return undefined
  const read = (field: number): number => copy[to + field]!
  const bytesAt = (place: number, length: number): Uint8Array => new Uint8Array(copy.buffer, to * 4 + place, length)
  const packetAt = (place: number, length: number): Uint8Array | undefined =>
    length > 0 ? bytesAt(place, length) : undefined
  return {
    at: (read(FIELD.seconds) >>> 0) * 1000 + read(FIELD.millis),
    weight: read(FIELD.weight),
    transport: read(FIELD.transport),
    client: {
      bytes: addressOf(copy, to + FIELD.prefix, 2, read(FIELD.family)),
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
    name: bytesAt(SLOT_BYTE.name, read(FIELD.nameLength)),
    packets: ring.packets
      ? {
          address: addressOf(copy, to + FIELD.address, 4, read(FIELD.addressFamily)),
          port: read(FIELD.port),
          query: packetAt(SLOT_BYTE.query, read(FIELD.queryLength)),
          response: packetAt(SLOT_BYTE.response, read(FIELD.responseLength)),
        }
      : undefined,
  }
}

/** So many words from `from` on, most significant byte first, as the first of the 4 or 16 bytes of an address. */
function addressOf(words: Int32Array, from: number, count: number, family: number): Uint8Array {
  const bytes = new Uint8Array(family === 4 ? 4 : 16)
  for (let i = 0; i < bytes.length && i < count * 4; i++) bytes[i] = words[from + (i >> 2)]! >>> (24 - 8 * (i & 3))
  return bytes
}
