// The faults that regions die of: how each is probed, and the words that it is told in. Plain values, for both sides.
import { isInside } from '../inside.mjs'
import { HOLE } from './hole.mjs'

const HTTP = { type: 'http', method: 'GET', path: '/health', expect: [[200, 299]], verify: true }
const TLS = { ...HTTP, type: 'https', host: 'api.test' }
const OPEN = { contains: 'open', limit: 65_536 }

/**
 * `silent`: only the timeout ends a probe of it. `addresses`: those of the region, of which only the last one dies.
 * `well`: nothing may happen to it. `inside`: it takes a network namespace.
 */
const ALL = [
  { name: 'connection refused', spec: HTTP, words: /^connection refused$/ },
  { name: 'black hole', spec: HTTP, silent: true, addresses: [HOLE], inside: true },
  { name: 'accepts and says nothing', spec: HTTP, silent: true },
  { name: 'slow headers', spec: HTTP, silent: true },
  { name: 'slow body', spec: HTTP, silent: true },
  // What is reset before its first bytes were read has the words of an end that came too early.
  { name: 'reset amid the body', spec: HTTP, words: /^connection (reset|closed before the answer was complete)$/ },
  { name: 'closed amid the body', spec: HTTP, words: /^connection closed before the answer was complete$/ },
  { name: 'status 503', spec: HTTP, words: /^status 503, expected 200-299$/ },
  { name: 'wrong body', spec: { ...HTTP, body: OPEN }, words: /^"open" is not in the body$/ },
  { name: '10 GB body', spec: { ...HTTP, body: OPEN }, words: /^"open" is not in the first 65536 bytes of the body$/ },
  { name: 'redirect in a circle', spec: HTTP, words: /^status 302, expected 200-299$/ },
  { name: 'no HTTP', spec: HTTP, words: /^the answer is not HTTP$/ },
  { name: 'certificate expired', spec: TLS, words: /^certificate expired on 2021-01-01$/ },
  { name: 'certificate for another name', spec: TLS, words: /^certificate is not for api\.test$/ },
  { name: 'certificate that nobody trusts', spec: TLS, words: /^certificate is signed by itself/ },
  { name: 'stall in the TLS handshake', spec: TLS, silent: true },
  {
    name: 'HTTP/2 GOAWAY',
    spec: { ...TLS, http2: true },
    words: /^the server sends the connection away \(GOAWAY 2\)$/,
  },
  {
    name: 'gRPC NOT_SERVING',
    spec: { type: 'grpc', service: '', tls: false, verify: true },
    words: /^the service is NOT_SERVING$/,
  },
  {
    name: 'half of the addresses',
    spec: HTTP,
    addresses: ['127.0.0.1', '127.0.0.2'],
    words: /^connection refused$/,
  },
  { name: 'IPv6 alone', spec: HTTP, addresses: ['127.0.0.1', '::1'], words: /^connection refused$/ },
  { name: 'the clock of the prober jumps', spec: HTTP, well: true },
]

/** Those that can be had here. */
export const FAULTS = ALL.filter(({ inside }) => inside !== true || isInside)
/** Those that something dies of. */
export const DEADLY = FAULTS.filter(({ well }) => well !== true)

export const addressesOf = ({ addresses = ['127.0.0.1'] }) => addresses
/** The address that dies. */
export const victimOf = fault => addressesOf(fault).at(-1)

/** Of all probes of the table, unless they are to end by their timeout sooner. */
export const SILENT_MS = 50
export const PATIENT_MS = 30_000

/** What a probe of the fault has to be told as, with a timeout of so many ms; a pass is told as "". */
export const wordsOf = ({ silent, words = /^$/ }, timeoutMs) =>
  silent === true ? new RegExp(`^no answer within ${timeoutMs / 1000} s$`) : words
