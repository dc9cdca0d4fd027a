// The API from the command line: requests with the token, and whatever goes wrong as one sentence for a person.
import type { RegionList, RevisionList, RevisionView } from '../control-plane/admin/api.js'
import type { Explanation } from '../control-plane/operate/explain.js'
import { fetchWith, type ShownCertificate } from './client-certificate.js'
import { causeOf, problemSentence } from './client-error.js'

/** What the API answers where. */
type Reply<P extends string> = P extends '/v1/regions'
  ? RegionList
  : P extends `/v1/revisions?${string}`
    ? RevisionList
    : P extends `/v1/revisions/${string}`
      ? RevisionView
      : P extends `/v1/explain?${string}`
        ? Explanation
        : unknown

/** Paths begin with `/v1`. Every call rejects with a ApiClientError. */
export interface ApiClient {
  get<P extends string>(path: P): Promise<Reply<P>>
  /** A body that is no JSON, as it is. */
  text(path: string): Promise<string>
  post(path: string, body?: object, headers?: Headers): Promise<unknown>
  /** RFC 7396. */
  patch(path: string, body: object, headers?: Headers): Promise<unknown>
  /** A whole document, as YAML unless told. */
  put(path: string, text: string, headers?: Headers, type?: string): Promise<unknown>
  /** Whatever is there already gives way. */
  putJson(path: string, body: object, headers?: Headers): Promise<unknown>
  remove(path: string, headers?: Headers): Promise<unknown>
}

type Headers = Readonly<Record<string, string>>

/** The API said no, or did not answer; the message is for people. */
export class ApiClientError extends Error {
  override readonly name = 'ApiClientError'
  /** The HTTP status; undefined where there was no answer. */
  readonly status: number | undefined
  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

/** ms; a change is answered when it is live, which may take new maps. */
const TIMEOUT = 60_000

export interface Reached {
  /** The address of the API: `http://127.0.0.1:8053`. */
  readonly server: string
  /** Absent where a certificate says who it is. */
  readonly token?: string | undefined
  readonly certificate?: ShownCertificate | undefined
}

export function createClient({ server, token, certificate }: Reached): ApiClient {
  const send = async (method: string, path: string, type?: string, body?: string, more: Headers = {}) =>
    request(server, certificate, path, {
      method,
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        Accept: 'application/json, application/problem+json, text/dns',
        ...(type === undefined ? {} : { 'Content-Type': type }),
        ...more,
      },
      ...(body === undefined ? {} : { body }),
      // The token is for this server and no other.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    })
  const json = async (method: string, path: string, body?: object, headers?: Headers): Promise<unknown> => {
    const type = body === undefined ? undefined : 'application/json'
    return parsed(server, await send(method, path, type, body && JSON.stringify(body), headers))
  }
  return {
    get: <P extends string>(path: P) => json('GET', path) as Promise<Reply<P>>, // JSON from a server of this release
    text: path => send('GET', path),
    post: (path, body, headers) => json('POST', path, body, headers),
    patch: (path, body, headers) => json('PATCH', path, body, headers),
    put: async (path, text, headers, type = 'application/yaml') =>
      parsed(server, await send('PUT', path, type, text, headers)),
    putJson: (path, body, headers) => json('PUT', path, body, headers),
    remove: (path, headers) => json('DELETE', path, undefined, headers),
  }
}

function parsed(server: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiClientError(strange(server, 200), 200)
  }
}

async function request(
  server: string,
  certificate: ShownCertificate | undefined,
  path: string,
  options: Parameters<typeof fetchWith>[2] & RequestInit & { readonly headers: Headers },
): Promise<string> {
  if (!/^https?:/i.test(server) || !URL.canParse(path, server))
    throw new ApiClientError(`"${server}" is not an address such as http://127.0.0.1:8053`)
  let status: number | undefined
  try {
    const url = new URL(path, server)
    const isShown = certificate !== undefined && url.protocol === 'https:'
    const response = isShown ? await fetchWith(certificate, url, options) : await fetch(url, options)
    status = response.status
    const text = await response.text()
    if (response.ok) return text
    throw new ApiClientError(problemSentence(text) ?? strange(server, status), status)
  } catch (error) {
    if (error instanceof ApiClientError) throw error
    throw new ApiClientError(causeOf(error, server), status)
  }
}

const strange = (server: string, status: number | undefined): string =>
  `${server} answered with status ${status}, but not as Meridian does: is it the admin API?`
