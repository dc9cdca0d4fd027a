// Real servers on loopback for the tests of this folder; all of them end with the test that opened them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Listens on a free port of `host` and returns that port. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  onTestFinished(
    () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  )
  // A server that listens on TCP has such an address; the type also covers pipes.
  return (server.address() as AddressInfo).port
}

export const httpPort = (handler: RequestListener, host?: string): Promise<number> => listen(createHttp(handler), host)

export const tcpPort = (handler: (socket: Socket) => void, host?: string): Promise<number> =>
  listen(createTcp(handler), host)

export const httpsPort = (pair: Pair, handler: RequestListener): Promise<number> => listen(createHttps(pair, handler))

/** A port on which nothing listens: one that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createTcp().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // see `listen`
      server.close(() => resolve(port))
    })
  })
}

export interface Pair {
  readonly key: string
  readonly cert: string
}

const CA = `[ca]
default_ca = own
[own]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = names
x509_extensions = extensions
[names]
commonName = supplied
[extensions]
subjectAltName = IP:127.0.0.1,DNS:api.test
`

/** A self-signed certificate for 127.0.0.1 and api.test, good from one day to another (`YYYYMMDD`). */
export function certificate(from = '20200101', to = '20491231'): Pair {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  // `req -x509` makes no certificate of the past, `ca` does.
  const openssl = (args: string): unknown => execFileSync('openssl', args.split(' '), { cwd: folder, stdio: 'pipe' })
  try {
    writeFileSync(join(folder, 'ca.cnf'), CA)
    writeFileSync(join(folder, 'index'), '')
    openssl('req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out request -subj /CN=api.test')
    const dates = `-startdate ${from}000000Z -enddate ${to}000000Z`
    openssl(`ca -batch -selfsign -config ca.cnf -rand_serial -in request -keyfile key -out cert -notext ${dates}`)
    return { key: readFileSync(join(folder, 'key'), 'utf8'), cert: readFileSync(join(folder, 'cert'), 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
