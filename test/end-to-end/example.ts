// The example document of the project with addresses, ports and times of a test's own, and a small geo database for it.
import { readFileSync } from 'node:fs'
import { writeMmdb } from '../control-plane/geo/mmdb-writer.js'

export const EXAMPLE = readFileSync(new URL('../../config/traffic.yaml', import.meta.url), 'utf8')

export interface Fitting {
  /** The port of the load balancers. */
  readonly balancers: number
  /** Of the health check; 1s unless told, so that tests of other things need not wait. */
  readonly interval?: string
  readonly timeout?: string
}

/** The example, with its load balancers on 127.0.2.1 to 127.0.2.5, where no demo is in the way. */
export function exampleFor({ balancers, interval = '1s', timeout = '900ms' }: Fitting): string {
  return EXAMPLE.replaceAll('127.0.1.', '127.0.2.')
    .replace('port: 8080', `port: ${balancers}`)
    .replace('interval: 10s', `interval: ${interval}`)
    .replace('timeout: 4s', `timeout: ${timeout}`)
}

export const BALANCERS = [
  { id: 'us-east', address: '127.0.2.1' },
  { id: 'us-west', address: '127.0.2.2' },
  { id: 'eu-central', address: '127.0.2.3' },
  { id: 'ap-northeast', address: '127.0.2.4' },
  { id: 'ap-southeast', address: '127.0.2.5' },
] as const

/** Client networks, where they are, and the last number of the address of the region that is nearest. */
export const CLIENTS = [
  // subnet, place, region
  ['133.11.0.0/24', 'Tokyo', 4],
  ['130.149.7.0/24', 'Berlin', 3],
  ['128.143.2.0/24', 'Virginia', 1],
  ['128.193.3.0/24', 'Oregon', 2],
  ['137.132.5.0/24', 'Singapore', 5],
] as const

const TOKYO = { city: 'Tokyo', latitude: 35.68, longitude: 139.69 }
const BERLIN = { city: 'Berlin', latitude: 52.52, longitude: 13.4 }
const SINGAPORE = { city: 'Singapore', latitude: 1.3, longitude: 103.8 }
const VIRGINIA = { city: 'Charlottesville', latitude: 38.03, longitude: -78.48 }

const V4 = [
  { prefix: '133.11.0.0/16', record: TOKYO },
  { prefix: '130.149.0.0/16', record: BERLIN },
  { prefix: '128.143.0.0/16', record: VIRGINIA },
  { prefix: '128.193.0.0/16', record: { city: 'Corvallis', latitude: 44.56, longitude: -123.26 } },
  { prefix: '137.132.0.0/16', record: SINGAPORE },
  // The resolvers of the tests, which is how they are told apart.
  { prefix: '127.0.3.1/32', record: SINGAPORE },
  { prefix: '127.0.3.2/32', record: BERLIN },
  { prefix: '127.0.3.3/32', record: TOKYO },
]

const V6 = [
  { prefix: '2001:200::/32', record: TOKYO },
  { prefix: '2001:638::/32', record: BERLIN },
  { prefix: '2001:468::/32', record: VIRGINIA },
]

/** A database in which those clients, and few others, are to be found: it takes no time to read. */
export const smallDatabase = (): Uint8Array => writeMmdb([...V4, ...V6], { ipVersion: 6, buildEpoch: 1_780_000_000 })
