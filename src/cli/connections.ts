// The round-trip times of a machine's open TCP connections, as `ss -tin` (iproute2) tells of them.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { formatAddress, isLoopback, parseAddress } from '../dns/address.js'

export interface ConnectionSample {
  readonly client: string
  readonly region: string
  readonly rttMs: number
  readonly samples: number
}

/** Bytes: some hundred thousand connections. */
const MOST_OUTPUT = 256 * 1024 * 1024
/** ms. */
const TIMEOUT = 30_000

/** What ss writes, or wrote. @throws Error with a sentence where it cannot be run or read */
export async function readConnections(port: number, file: string | undefined): Promise<string> {
  if (file === '-') return text(process.stdin)
  if (file !== undefined) return readFile(file, 'utf8')
  try {
    const filter = ['state', 'established', 'sport', '=', `:${port}`]
    const { stdout } = await promisify(execFile)('ss', ['-tinH', ...filter], {
      maxBuffer: MOST_OUTPUT,
      timeout: TIMEOUT,
    })
    return stdout
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new Error(missing ? 'there is no ss here: it is part of iproute2' : `ss failed: ${String(error)}`)
  }
}

/** Addresses at both ends, then, on a line of its own, what the kernel knows; `rtt:12.5/3.1` is mean and variance in ms. */
const ENDS = /(\S+):([0-9]+)\s+(\S+):([0-9]+)\s*(?:users:.*)?$/

/**
 * One sample for each client, the mean over its connections. Clients on this machine are left out, and connections that the
 * kernel has no time for yet.
 */
export function samplesOf(output: string, port: number, region: string): readonly ConnectionSample[] {
  const sums = new Map<string, { sum: number; count: number }>()
  let client: string | undefined
  for (const line of output.split('\n')) {
    const isHead = /^\S/.test(line)
    if (isHead) {
      const [, , local, peer] = ENDS.exec(line.trimEnd()) ?? []
      client = Number(local) === port ? clientOf(peer) : undefined
    }
    const rtt = /\brtt:([0-9]+(?:[.][0-9]+)?)\//.exec(line)?.[1]
    if (client === undefined || rtt === undefined || Number(rtt) === 0) continue
    const { sum, count } = sums.get(client) ?? { sum: 0, count: 0 }
    sums.set(client, { sum: sum + Number(rtt), count: count + 1 })
    client = undefined
  }
  return [...sums].map(([client, { sum, count }]) => ({ client, region, rttMs: sum / count, samples: count }))
}

/** `[::ffff:192.0.2.1]`, `192.0.2.1`, `[2001:db8::1]`, with or without a zone. */
function clientOf(peer = ''): string | undefined {
  const bytes = parseAddress(peer.replace(/^\[|\]$/g, '').replace(/%.*$/, ''))
  if (bytes === undefined) return undefined
  const client = formatAddress(bytes).replace(/^::ffff:(?=[0-9]+[.])/, '')
  return isLoopback(client) ? undefined : client
}
