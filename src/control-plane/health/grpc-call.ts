// One gRPC call as @grpc/grpc-js does it, on a connection that leads to one literal address: grpc-js opens it and speaks on it,
// its TLS, its times and its end are ours. Nothing is asked twice, and nothing is carried from one call to the next.
import { Client, type ServiceError } from '@grpc/grpc-js'
import { type ConnectionOptions, placeOf } from './connection.js'
import { lineOf } from './grpc-line.js'
import { PLACE, TARGET } from './grpc-place.js'
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
  const ended = new AbortController()
  const end = (): void => ended.abort()
  const line = await lineOf(options, ended, trace)
  signal.throwIfAborted()
  signal.addEventListener('abort', end)
  const client = new Client(TARGET, line.credentials, {
    ...OPTIONS,
    'grpc.default_authority': authority,
    'grpc.max_receive_message_length': limit,
    [PLACE]: { ...placeOf(options), signal: ended.signal },
  })
  try {
    return await new Promise((resolve, reject) => {
      const asked = client.makeUnaryRequest(method, asItIs, asItIs, message, (error, answer) => {
        if (error === null || isSaid(error)) line.heard()
        if (error !== null || answer === undefined) reject(error)
        else resolve(answer)
      })
      asked.once('metadata', line.heard)
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
