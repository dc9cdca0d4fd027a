// Why a gRPC call failed, in words for a person: what the server said, or what grpc-js says of the connection.
import type { ServiceError } from '@grpc/grpc-js'
import { cause, TOO_EARLY } from './cause.js'

/** grpc-js tells of a connection that it could not make or keep in a sentence, with a time where it was open already. */
const LAST_ERROR = /Last error: (?:Error: )?(.*?)(?: \([-0-9T:.Z]+\))?\. Resolution note: /s
const SENT_AWAY = /Session closed with error code (\d+)/
const OTHER_STATUS = /^Received HTTP status code (\d+)/

const WORDS: Readonly<Record<string, string>> = {
  'Failed to connect': TOO_EARLY,
  'Connection dropped': TOO_EARLY,
  'Protocol error': 'the server does not speak HTTP/2',
  'No message received': 'the answer is not gRPC',
  'Received RST_STREAM with code 0 (Call ended without gRPC status)': 'the answer is not gRPC',
}

/** What an error of a gRPC call means. */
export function grpcCause(error: unknown): string {
  if (!isServiceError(error)) return cause(error)
  const { code, details } = error
  const inner = LAST_ERROR.exec(details)?.[1]
  if (inner !== undefined) return WORDS[inner] ?? cause(ofSystem(inner))
  const away = SENT_AWAY.exec(details)?.[1]
  if (away !== undefined) return `the server sends the connection away (GOAWAY ${away})`
  const status = OTHER_STATUS.exec(details)?.[1]
  if (status !== undefined) return `status ${status}, expected 200`
  return WORDS[details] ?? `gRPC status ${code}${details === '' ? '' : ` (${details})`}`
}

/** The system's code for why no connection came about, or why it ended; undefined where there is none. */
export const systemCode = (error: unknown): string | undefined =>
  isServiceError(error) ? CODE.exec(LAST_ERROR.exec(error.details)?.[1] ?? '')?.[0] : undefined

const CODE = /\bE[A-Z]{3,}\b/

const ofSystem = (message: string): Error => Object.assign(new Error(message), { code: CODE.exec(message)?.[0] })

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'details' in error && 'metadata' in error
