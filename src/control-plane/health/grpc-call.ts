// One gRPC call as @grpc/grpc-js does it, on a connection that leads to one literal address: grpc-js opens it and speaks on it,
// its TLS, its times and its end are ours. Nothing is asked twice, and nothing is carried from one call to the next.
import { Client, credentials, type experimental, type ServiceError } from '@grpc/grpc-js'
import { type ConnectionOptions, opened, placeOf } from './connection.js'
import { PLACE, TARGET } from './grpc-place.js'
import { clientCertificate, shakeHands } from './handshake.js'
import { tooLate } from './phase.js'
import type { Trace } from './trace.js'

export interface GrpcCall extends ConnectionOptions {
  /** `:authority` */
  readonly authority: string
  /** `/package.Service/Method` */
  readonly method: string
  readonly message: Buffer
  /** Bytes that an answer may have. */
  readonly limit: number
}

const OPTIONS = {
  'grpc.primary_user_agent': 'meridian',
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.enable_channelz': 0,
  // Else a connection, and how long it is not to be tried again, would outlive its call.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.service_config_disable_resolution': 1,
}

/** Resolves to the message of the answer. @throws ServiceError with what the server, or grpc-js, said; or what the connection died of */
export async function call(options: GrpcCall, signal: AbortSignal, trace: Trace): Promise<Buffer> {
  const { authority, method, message, limit } = options
  const certificate = await clientCertificate(options.tls)
  const ended = new AbortController()
  const end = (): void => ended.abort()
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  const line = lineOf(options, certificate, ended, trace)
  const client = new Client(TARGET, line.credentials, {
    ...OPTIONS,
    'grpc.default_authority': authority,
    'grpc.max_receive_message_length': limit,
    [PLACE]: { ...placeOf(options), signal: ended.signal },
  })
  try {
    return await new Promise((resolve, reject) => {
      const asked = client.makeUnaryRequest(method, asItIs, asItIs, message, (error, answer) => {
        if (error === null || isSaid(error)) line.answered()
        if (error !== null || answer === undefined) reject(error)
        else resolve(answer)
      })
      asked.once('metadata', line.answered)
      ended.signal.addEventListener('abort', () => asked.cancel(), { once: true })
    })
  } catch (error) {
    throw line.failure() ?? error
  } finally {
    signal.removeEventListener('abort', end)
    client.close()
    end()
  }
}

/** Whether the server has said so; what grpc-js finds has no headers. */
const isSaid = ({ metadata }: ServiceError): boolean => Object.keys(metadata.getMap()).length > 0

const asItIs = (message: Buffer): Buffer => message

/** The credentials of a call, through which grpc-js has its connection made; and what that came to. */
function lineOf(
  options: GrpcCall,
  certificate: Awaited<ReturnType<typeof clientCertificate>>,
  ended: AbortController,
  trace: Trace,
) {
  const { connectTimeoutMs, tls } = options
  let failure: Error | undefined
  let startedAt: number | undefined
  let readyAt: number | undefined
  let late: NodeJS.Timeout | undefined
  const fail = (error: Error): Error => (failure ??= error)
  const plainly = credentials.createInsecure()
  const answered = (): void => {
    if (readyAt !== undefined) trace.phases.firstByteMs ??= performance.now() - readyAt
  }
  const begin = async (): Promise<void> => {
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
  ended.signal.addEventListener('abort', () => clearTimeout(late), { once: true })
  const secure: experimental.SecureConnector['connect'] = async plain => {
    // From here on nobody else listens.
    plain.on('error', () => {})
    opened(startedAt ?? 0, trace)
    try {
      const made =
        tls === undefined ? plain : await shakeHands(plain, { ...options, tls, certificate }, ended.signal, trace)
      readyAt = performance.now()
      return { socket: made, secure: tls !== undefined }
    } catch (error) {
      throw fail(error as Error) // as all that is thrown there
    } finally {
      clearTimeout(late)
    }
  }
  return {
    credentials: Object.assign(plainly, {
      _createSecureConnector: (...words: Parameters<typeof plainly._createSecureConnector>) => ({
        ...Object.getPrototypeOf(plainly)._createSecureConnector.apply(plainly, words),
        waitForReady: begin,
        connect: secure,
      }),
    }),
    failure: () => failure,
    answered,
  }
}
