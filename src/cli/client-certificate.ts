// The certificate that the command line shows to a server, and requests that show it: fetch cannot.
import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'

export interface ShownCertificate {
  readonly cert: Buffer
  readonly key: Buffer
}

/** Undefined where none is named. @throws Error with a sentence where it cannot be read */
export async function certificateOf(environment: NodeJS.ProcessEnv): Promise<ShownCertificate | undefined> {
  const [certificate, key] = [environment['MERIDIAN_CLIENT_CERTIFICATE'], environment['MERIDIAN_CLIENT_KEY']]
  if (!certificate && !key) return undefined
  if (!certificate || !key) throw new Error('MERIDIAN_CLIENT_CERTIFICATE and MERIDIAN_CLIENT_KEY belong together')
  return { cert: await readFile(certificate), key: await readFile(key) }
}

/** As fetch does it, as far as we need it. Rejects with the error of the system or of TLS. */
export function fetchWith(
  certificate: ShownCertificate,
  url: URL,
  { method, headers, body, signal }: Pick<RequestInit, 'method' | 'body' | 'signal'> & { readonly headers: object },
): Promise<Pick<Response, 'ok' | 'status' | 'text'>> {
  return new Promise((resolve, reject) => {
    const options = { ...certificate, method, headers: { ...headers }, ...(signal && { signal }), agent: false }
    const sent = request(url, options, reply => {
      const status = reply.statusCode ?? 0
      resolve({ ok: status >= 200 && status < 300, status, text: () => text(reply) })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
