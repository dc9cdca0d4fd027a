// A file from an address or a path, put where it can be looked at before it is used.
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

/** ms for the whole of a download. */
const TIMEOUT = 600_000

/**
 * Copies or downloads; what ends in .gz is unpacked.
 * @param from a path, or an http or https address
 * @param most bytes that are taken, unpacked
 * @throws Error with a sentence where it cannot be had, or is larger
 */
export async function fetchFile(from: string, to: string, most: number): Promise<void> {
  const isAddress = /^https?:/i.test(from)
  const source = isAddress ? await download(from) : createReadStream(from)
  const isPacked = (isAddress ? new URL(from).pathname : from).endsWith('.gz')
  const unpack = isPacked ? [createGunzip()] : []
  try {
    await pipeline([source, ...unpack, atMost(most), createWriteStream(to, { mode: 0o644 })])
  } catch (error) {
    if (error instanceof TooLarge) throw new Error(`${from} has more than ${most} bytes`)
    throw new Error(`${from} cannot be had: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function download(from: string): Promise<Readable> {
  let response: Response
  try {
    response = await fetch(from, { signal: AbortSignal.timeout(TIMEOUT) })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new Error(`${from} cannot be had: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  if (!response.ok || response.body === null) throw new Error(`${from} cannot be had: status ${response.status}`)
  return Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]) // the same thing, in two packages of types
}

class TooLarge extends Error {}

function atMost(most: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length
      done(bytes > most ? new TooLarge() : null, chunk)
    },
  })
}
