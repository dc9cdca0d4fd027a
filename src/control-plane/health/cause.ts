// Why a probe failed, in words for a person: from the codes of sockets, TLS and HTTP to a sentence's half.
import type { TLSSocket } from 'node:tls'

/** An end that came before the answer's. */
export const TOO_EARLY = 'connection closed before the answer was complete'

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  EADDRNOTAVAIL: 'no address of this machine can reach it',
  ETIMEDOUT: 'no answer to the connection attempt',
  EACCES: 'connection forbidden by this machine',
  EPERM: 'connection forbidden by this machine',
  EMFILE: 'this machine has no file handle left to probe with',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too long',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: TOO_EARLY,
  // What undici says of a stream that was cancelled.
  UND_ERR_INFO: 'the server ends the request',
  ERR_HTTP2_ERROR: 'the server does not speak HTTP/2',
}

/** What undici says of a connection on which something else happened than an answer. */
const UNASKED: Readonly<Record<string, string>> = {
  'bad response': 'the server answers 100 Continue to a request that has no body',
  'bad upgrade': 'the server changes to another protocol, which it was not asked to',
}

/** What an error of a socket or of an HTTP exchange means. Unknown ones keep their own message. */
export function cause(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'UND_ERR_SOCKET') return UNASKED[error.message] ?? TOO_EARLY
  if (WORDS[code] !== undefined) return WORDS[code]
  // The parser finds an end where there was none to be.
  if (error.name === 'HTTPParserError') return /EOF/.test(error.message) ? TOO_EARLY : 'the answer is not HTTP'
  if (code === 'ERR_HTTP2_STREAM_ERROR')
    return `the server ends the request (${/NGHTTP2_\w+/.exec(error.message)?.[0] ?? error.message})`
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return `TLS handshake failed${reason(error)}`
  return error.message
}

/** A failure with its cause in words, and the error behind it. */
export const failed = (words: string, error: unknown): Error => new Error(words, { cause: error })

/** `4 s` */
export const seconds = (ms: number): string => `${ms / 1000} s`

/** OpenSSL's own word for it. */
const reason = (error: Error): string =>
  'reason' in error && typeof error.reason === 'string' ? ` (${error.reason})` : ''

/** Why the certificate that this socket was shown does not hold for `host`. */
export function certificateCause(socket: TLSSocket, host: string): string {
  // At run time this is OpenSSL's code as a string, whatever the type says.
  const code = String(socket.authorizationError)
  const { valid_from, valid_to } = socket.getPeerCertificate()
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `certificate expired on ${day(valid_to)}`
    case 'CERT_NOT_YET_VALID':
      return `certificate is not valid before ${day(valid_from)}`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `certificate is not for ${host}`
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'certificate is signed by itself, not by a trusted authority'
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'certificate is not signed by a trusted authority'
    default:
      return `certificate refused (${code})`
  }
}

/** `Mar  1 00:00:00 2024 GMT` as `2024-03-01`. */
function day(text: string): string {
  const time = Date.parse(text)
  return Number.isNaN(time) ? text : new Date(time).toISOString().slice(0, 10)
}
