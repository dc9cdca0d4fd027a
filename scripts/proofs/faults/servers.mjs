// A server for each fault of the table, in a process of its own: well until it is told to break, and then broken in its way.
import { readFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttp2, createSecureServer } from 'node:http2'
import { createServer as createHttps } from 'node:https'
import { createServer as createTcp } from 'node:net'
import { join } from 'node:path'
import { openHole } from './hole.mjs'
import { addressesOf, FAULTS } from './table.mjs'

const folder = process.argv[2]
const pair = name => ({
  cert: readFileSync(join(folder, `${name}.crt`)),
  key: readFileSync(join(folder, `${name}.key`)),
})
let broken = false

const HEAD = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\n'
const WELL = `${HEAD}open open`
/** Answers by hand: what HTTP servers would never do. */
const raw = act =>
  createTcp(socket => {
    socket.on('error', () => {})
    socket.once('data', () => (broken ? act(socket) : socket.end(WELL)))
  })
const http = act => createHttp((request, response) => (broken ? act(request, response) : response.end('open')))
const certified = name => {
  const server = createHttps(pair('good'), (_, response) => response.end('open'))
  return { server, onBreak: () => server.setSecureContext(pair(name)) }
}

/** Of the addresses of a region, the one that answers no more. */
const lastOnly = () => ({ server: raw(socket => socket.end(WELL)), onBreak: servers => servers.at(-1).close() })

/** The servers by the names of the table; some do something of their own when they break. */
const MAKE = {
  'connection refused': lastOnly,
  'half of the addresses': lastOnly,
  'IPv6 alone': lastOnly,
  'black hole': () => ({ server: raw(() => {}), onBreak: openHole }),
  'the clock of the prober jumps': () => ({ server: http((_, response) => response.end('open')) }),
  'accepts and says nothing': () => ({ server: raw(() => {}) }),
  'slow headers': () => ({ server: raw(socket => socket.write('HTTP/1.1 200 OK\r\nx: ')) }),
  'slow body': () => ({ server: raw(socket => socket.write(`${HEAD}open`)) }),
  'reset amid the body': () => ({
    server: raw(socket => socket.write(`${HEAD}open`, () => setTimeout(() => socket.resetAndDestroy(), 2))),
  }),
  'closed amid the body': () => ({ server: raw(socket => socket.end(`${HEAD}open`)) }),
  'status 503': () => ({ server: http((_, response) => response.writeHead(503).end('open')) }),
  'wrong body': () => ({ server: http((_, response) => response.end('closed')) }),
  '10 GB body': () => ({ server: http((_, response) => pour(response, 10 * 2 ** 30)) }),
  'redirect in a circle': () => ({
    server: http(({ url }, response) => response.writeHead(302, { location: url }).end()),
  }),
  'no HTTP': () => ({ server: raw(socket => socket.end('220 mail.example.com ESMTP\r\n')) }),
  'certificate expired': () => certified('expired'),
  'certificate for another name': () => certified('other'),
  'certificate that nobody trusts': () => certified('own'),
  'stall in the TLS handshake': () => {
    const tls = createHttps(pair('good'), (_, response) => response.end('open'))
    // Whoever comes after the break is never told of to TLS.
    return {
      server: createTcp(socket => (broken ? socket.on('error', () => {}).resume() : tls.emit('connection', socket))),
    }
  },
  'HTTP/2 GOAWAY': () => {
    const server = createSecureServer(pair('good'))
    server.on('session', session => session.on('error', () => {}))
    server.on('stream', stream => {
      stream.on('error', () => {})
      if (broken) return stream.session?.goaway(2)
      stream.respond({ ':status': 200 })
      stream.end('open')
    })
    return { server }
  },
  'gRPC NOT_SERVING': () => {
    const server = createHttp2()
    server.on('session', session => session.on('error', () => {}))
    server.on('stream', stream => {
      stream.on('error', () => {})
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      // HealthCheckResponse: SERVING is 1, NOT_SERVING 2.
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, broken ? 2 : 1]))
    })
    return { server }
  },
}

function pour(response, bytes) {
  const chunk = Buffer.alloc(65_536, 'x')
  let left = bytes
  response.writeHead(200, { 'content-length': bytes })
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length
      if (!response.write(chunk)) return response.once('drain', more)
    }
    if (!response.destroyed) response.end()
  }
  more()
}

/** Listens on each address of the region, on one port; resolves with that. */
async function listen(fault) {
  const servers = []
  let port = 0
  for (const address of addressesOf(fault)) {
    const { server, onBreak } = MAKE[fault.name]()
    servers.push(server)
    server.on('tlsClientError', () => {})
    server.on('sessionError', () => {})
    await new Promise(resolve => server.listen(port, address, 1024, resolve))
    port = server.address().port
    if (address === addressesOf(fault).at(-1)) breaks.push(() => onBreak?.(servers))
  }
  return port
}

const breaks = []
const ports = await Promise.all(FAULTS.map(listen))
process.on('message', () => {
  broken = true
  for (const act of breaks) act()
  process.send('broken')
})
process.once('disconnect', () => process.exit(0))
process.send(ports)
