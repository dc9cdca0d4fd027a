// An issuer of tokens for tests: real keys, served over real HTTP, and whatever is wrong with tokens.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export const AUDIENCE = 'meridian'

export interface Issuer {
  readonly url: string
  readonly keys: string
  /** What is served from now on; a number is a status without keys. */
  served: readonly object[] | number
  /** How often the keys were fetched. */
  fetched(): number
  close(): Promise<void>
}

export async function startIssuer(): Promise<Issuer> {
  let fetched = 0
  const server = createServer((_, reply) => {
    fetched++
    const { served } = issuer
    if (typeof served === 'number') reply.writeHead(served).end('no')
    else reply.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys: served }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // TCP has ports
  const issuer: Issuer = {
    url,
    keys: `${url}/jwks.json`,
    served: [],
    fetched: () => fetched,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return issuer
}

export interface Key {
  /** As the issuer publishes it. */
  readonly jwk: object
  /** @param seconds for which it is good from now on; Infinity: it says nothing of an end */
  sign(claims: JWTPayload, seconds?: number): Promise<string>
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign(claims, seconds = 300) {
      const end = Number.isFinite(seconds) ? { exp: Math.floor(Date.now() / 1000) + seconds } : {}
      return new SignJWT({ ...claims, ...end }).setProtectedHeader({ alg, kid }).sign(privateKey)
    },
  }
}

/** A token put together by hand, as an attacker would. */
export const forged = (header: object, claims: object, signature = ''): string =>
  [...[header, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')), signature].join('.')
