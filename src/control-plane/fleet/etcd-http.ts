// Requests to one member of etcd over HTTP or HTTPS: one that is answered once, and one whose answer is a stream.
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { request as secureRequest, Agent as TlsAgent } from 'node:https'

export interface TlsFiles {
  /** PEM; who may have signed the certificates of etcd. The system's authorities where it is absent. */
  readonly authority?: string
  /** PEM; what this node shows of itself. */
  readonly certificate?: string
  readonly key?: string
}

export interface HttpReply {
  readonly status: number
  readonly body: string
}

/** More than any answer that is asked for: etcd itself takes requests of 1.5 MB. */
const LONGEST_REPLY = 256 * 1024 * 1024

export class Http {
  private readonly plain = new PlainAgent({ keepAlive: true, maxSockets: 8 })
  private readonly secure: TlsAgent

  constructor({ authority, certificate, key }: TlsFiles = {}) {
    this.secure = new TlsAgent({
      keepAlive: true,
      maxSockets: 8,
      minVersion: 'TLSv1.2',
      ...(authority === undefined ? {} : { ca: authority }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(key === undefined ? {} : { key }),
    })
  }

  /** Rejects with the system's error, or when the signal says so. */
  async post(
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpReply> {
    const response = await this.open(url, body, headers, signal)
    let text = ''
    response.setEncoding('utf8')
    for await (const piece of response) {
      text += piece
      if (text.length > LONGEST_REPLY) throw new Error(`${url} answers without end`)
    }
    return { status: response.statusCode ?? 0, body: text }
  }

  /** As `post`, for an answer that goes on. */
  open(
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const isSecure = url.startsWith('https:')
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
        signal,
      }
      const outgoing = isSecure
        ? secureRequest(url, { ...options, agent: this.secure }, resolve)
        : plainRequest(url, { ...options, agent: this.plain }, resolve)
      outgoing.once('error', reject)
      outgoing.end(body)
    })
  }

  close(): void {
    this.plain.destroy()
    this.secure.destroy()
  }
}
