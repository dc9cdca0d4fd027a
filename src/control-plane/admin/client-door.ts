// Lets in whoever has shown a client certificate that one of our authorities has signed (TLS 1.3, RFC 8446 §4.4.2; mTLS).
import type { Socket } from 'node:net'
import type { Server, TLSSocket } from 'node:tls'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from './caller.js'
import { type ClientNaming, certificateCaller } from './client-certificate.js'
import { ApiProblem } from './problems.js'

export interface ClientDoorOptions extends ClientNaming {
  /** PEM: who may have signed the certificates of clients. */
  readonly authorities: Buffer | string
  /** PEM: what they have taken back. */
  readonly revoked?: Buffer | string | undefined
  /** Whether a client without one cannot even connect. */
  readonly required: boolean
}

export class ClientDoor {
  readonly options: ClientDoorOptions
  /** When each connection was made, in turns of `renewed`; and those whose handshake is not over, by where they come from. */
  private readonly madeIn = new WeakMap<object, number>()
  private readonly arriving = new Map<string, number>()
  private turn = 0

  constructor(options: ClientDoorOptions) {
    this.options = options
  }

  /** For `tls.createServer`. */
  get tls() {
    const { authorities, revoked, required } = this.options
    return {
      ca: authorities,
      ...(revoked === undefined ? {} : { crl: revoked }),
      requestCert: true,
      rejectUnauthorized: required,
    }
  }

  /** Looks at every connection of a server that is made from now on. */
  watch(server: Pick<Server, 'on'>): void {
    // What a handshake is judged by is settled when it begins, and it may take its time.
    server.on('connection', (socket: Socket) => {
      const from = peerOf(socket)
      this.arriving.set(from, this.turn)
      socket.once('close', () => this.arriving.delete(from))
    })
    server.on('secureConnection', (socket: TLSSocket) => {
      this.madeIn.set(socket, this.arriving.get(peerOf(socket)) ?? Number.NaN)
    })
  }

  /** To be called when other authorities are in force: what was believed before is not any more. */
  renewed(): void {
    this.turn++
  }

  /**
   * Undefined where no certificate was shown.
   * @param now epoch ms
   * @throws ApiProblem where one was, and is no good
   */
  callerOf(request: FastifyRequest, reply: FastifyReply, now: number): Caller | undefined {
    const socket = request.raw.socket as TLSSocket // or what has none of its functions
    const shown = typeof socket.getPeerCertificate === 'function' ? socket.getPeerCertificate() : undefined
    if (shown === undefined || Object.keys(shown).length === 0) return undefined
    // One that was not verified proves nothing: its holder may have written it, and is nobody.
    if (!socket.authorized) return refuse(reply, `the client certificate is no good: ${socket.authorizationError}`)
    if (this.madeIn.get(socket) !== this.turn)
      return refuse(reply, 'other authorities are in force by now: connect anew')
    // A connection can outlive what it was opened with.
    if (Date.parse(shown.valid_to) <= now) return refuse(reply, 'the client certificate is over')
    const caller = certificateCaller(shown, this.options)
    if (caller === undefined)
      return refuse(reply, `the client certificate has no ${this.options.name} to call its holder by`)
    requireOwnPage(request)
    return caller
  }
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** A browser shows a certificate on behalf of any page: what another page sends is not meant by whoever holds it. */
function requireOwnPage({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): void {
  if (READING.has(method)) return
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  const isOther =
    (origin !== undefined && origin !== `https://${host}`) || (site !== undefined && site !== 'same-origin')
  if (isOther) throw new ApiProblem('csrf', 'a browser shows its certificate for every page, and this is none of ours')
}

function refuse(reply: FastifyReply, why: string): never {
  // A token is what would help as well (RFC 9110 §11.6.1).
  reply.header('WWW-Authenticate', 'Bearer realm="meridian"')
  throw new ApiProblem('unauthorized', why)
}
