// The connection of one gRPC call: grpc-js opens it, and asks the credentials of the call what to make of it. So its TLS, its times
// and its end are ours, and there is one.
import type { Socket } from 'node:net'
import { type ChannelCredentials, credentials } from '@grpc/grpc-js'
import { type ConnectionOptions, opened } from './connection.js'
import { clientCertificate, shakeHands } from './handshake.js'
import { tooLate } from './phase.js'
import type { Trace } from './trace.js'

export interface Line {
  /** Through which grpc-js has it made. */
  readonly credentials: ChannelCredentials
  /** What it died of, if it was not made. */
  readonly failure: () => Error | undefined
  /** To be called with the first that comes over it. */
  readonly heard: () => void
}

/** What is opened is closed once `ended` aborts, and `ended` aborts once the time to open it is over. */
export async function lineOf(options: ConnectionOptions, ended: AbortController, trace: Trace): Promise<Line> {
  const { connectTimeoutMs, tls } = options
  const certificate = await clientCertificate(tls)
  let failure: Error | undefined
  let startedAt: number | undefined
  let readyAt: number | undefined
  let late: NodeJS.Timeout | undefined
  const fail = (error: Error): Error => (failure ??= error)

  async function begin(): Promise<void> {
    // A second connection would be another probe.
    if (startedAt !== undefined)
      throw fail(new Error('the server sends the connection away before it has heard the call'))
    startedAt = performance.now()
    if (connectTimeoutMs === undefined) return
    late = setTimeout(() => {
      fail(tooLate(connectTimeoutMs, 'no connection'))
      ended.abort()
    }, connectTimeoutMs)
  }

  async function secure(plain: Socket) {
    // From here on nobody else listens.
    plain.on('error', () => {})
    opened(startedAt ?? 0, trace)
    try {
      const socket =
        tls === undefined ? plain : await shakeHands(plain, { ...options, tls, certificate }, ended.signal, trace)
      readyAt = performance.now()
      return { socket, secure: tls !== undefined }
    } catch (error) {
      throw fail(error as Error) // nothing else is thrown there
    } finally {
      clearTimeout(late)
    }
  }

  ended.signal.addEventListener('abort', () => clearTimeout(late), { once: true })
  return {
    credentials: through({ waitForReady: begin, connect: secure }),
    failure: () => failure,
    heard() {
      if (readyAt !== undefined) trace.phases.firstByteMs ??= performance.now() - readyAt
    },
  }
}

type Connector = ReturnType<ChannelCredentials['_createSecureConnector']>

/** Credentials that have this done in place of what those without TLS do, which is nothing. */
function through(own: Pick<Connector, 'waitForReady' | 'connect'>): ChannelCredentials {
  const plain = credentials.createInsecure()
  const connectorOf = plain._createSecureConnector.bind(plain)
  return Object.assign(plain, {
    _createSecureConnector: (...words: Parameters<typeof connectorOf>) => ({ ...connectorOf(...words), ...own }),
  })
}
