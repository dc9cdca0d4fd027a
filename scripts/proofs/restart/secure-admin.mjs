// The admin API over HTTPS, by somebody who trusts one authority.
import { request } from 'node:https'
import { TOKEN } from '../../bench/servers/meridian.mjs'

/** @param trust of node:tls: `ca` and `servername` @returns as `callAdmin`: method, path and body; rejects where the answer is not 200 */
export const secureAdmin = (port, trust) => async (method, path, body) => {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const response = await new Promise((resolve, reject) => {
    const outgoing = request({ ...trust, host: '127.0.0.1', port, method, path: `/v1${path}`, headers }, resolve)
    outgoing.once('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
  const text = (await response.setEncoding('utf8').toArray()).join('')
  if (response.statusCode !== 200) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`)
  return JSON.parse(text)
}
