// Worlds with signed zones: keys that are made for them, and answers that are judged.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyFiles } from '../../src/control-plane/keys/key-files.js'
import { KeyStore } from '../../src/control-plane/keys/key-store.js'
import { type GivenSerials, type SerialsKept, signedSerials } from '../../src/control-plane/publish/signed-serials.js'
import type { SigningSource } from '../../src/control-plane/publish/signing.js'
import type { TrafficDocument } from '../../src/control-plane/traffic/document.js'
import { parsePrefix } from '../../src/dns/address.js'
import { decodeMessage, encodeQuery, type Message } from '../../src/dns/message.js'
import { nameKey, parseName } from '../../src/dns/name.js'
import { typeNumber } from '../../src/dns/numbers.js'
import type { Anchors } from './validator.js'

/** 2026-11-25, seconds since 1970. */
export const NOW = 1795568400

export interface Keys {
  /** As of a process that has just been started. */
  readonly signing: SigningSource
  readonly store: KeyStore
  anchors(document: TrafficDocument): Anchors
  remove(): void
}

/** Keys in a folder of their own; the clock stands still unless told. */
export function makeKeys(clock = { wall: NOW, steady: NOW }): Keys {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-keys-'))
  const now = (): number => clock.wall * 1000
  const store = new KeyStore({ box: keyFiles(folder, now), now })
  const serials = inMemory()
  return {
    store,
    get signing() {
      return {
        prepare: (document: TrafficDocument) => store.prepare(document),
        keysOf: store.keysOf,
        time: () => ({ ...clock }),
        serialOf: signedSerials(serials, () => clock.wall, fail),
      }
    },
    anchors: ({ zones }) =>
      new Map([...zones.values()].map(zone => [nameKey(zone.origin), store.keysOf(zone)?.published ?? []])),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The serials that were given, for as long as the keys are there. */
function inMemory(): SerialsKept {
  let given: GivenSerials = {}
  return {
    current: () => given,
    update: async step => {
      given = step(given)
      return given
    },
  }
}

const fail = (error: unknown): never => {
  throw error
}

interface Asking {
  readonly respond: (query: Uint8Array, asked?: { tcp?: boolean; source?: string }) => Uint8Array
}

export function askSigned(
  world: Asking,
  name: string,
  type: string,
  {
    subnet,
    source = '127.0.0.1',
    tcp = true,
    dnssecOk = true,
  }: { subnet?: string; source?: string; tcp?: boolean; dnssecOk?: boolean } = {},
): Message {
  const query = encodeQuery({
    name: parseName(name),
    type: typeNumber(type)!,
    edns: { dnssecOk },
    ...(subnet === undefined ? {} : { subnet: parsePrefix(subnet)! }),
  })
  return decodeMessage(world.respond(query, { tcp, source }))
}
