// Five small load balancers, one a region, that a person can break for real: the regions of the demo.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export interface DemoRegion {
  readonly id: string
  /** A literal IP address of this machine. */
  readonly address: string
}

export interface DemoRegions {
  close(): Promise<void>
}

/**
 * Starts a server for each region on its own address.
 * `GET /health` says whether it is well, `GET /` which region it is, `POST /fail` and `POST /recover` switch it.
 * @throws an Error that names address and port where one cannot listen; then none is left running
 */
export async function startDemoRegions(regions: readonly DemoRegion[], port: number): Promise<DemoRegions> {
  const started = await Promise.allSettled(regions.map(region => listen(demoRegion(region.id), region.address, port)))
  const servers = started.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer))
  }
  const refused = started.find(result => result.status === 'rejected')
  if (refused === undefined) return { close }
  await close()
  throw refused.reason
}

function demoRegion(id: string): Server {
  let failing = false
  const answer = (request: IncomingMessage): readonly [number, string] => {
    const method = request.method === 'HEAD' ? 'GET' : request.method
    switch (`${method} ${request.url?.split('?')[0]}`) {
      case 'GET /health':
        return failing ? [503, 'failing'] : [200, 'ok']
      case 'GET /':
        return [200, `This is ${id}.`]
      case 'POST /fail':
        failing = true
        return [200, `${id} now fails its health check; POST /recover makes it well again.`]
      case 'POST /recover':
        failing = false
        return [200, `${id} is well again.`]
      default:
        return [404, 'There is nothing here: try GET /, GET /health, POST /fail or POST /recover.']
    }
  }
  return createServer((request, response) => {
    request.resume()
    send(response, answer(request))
  })
}

function send(response: ServerResponse, [status, line]: readonly [number, string]): void {
  const body = `${line}\n`
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  // Node leaves the body of an answer to HEAD out by itself.
  response.end(body)
}

function listen(server: Server, address: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'the port is already in use' : error.message
      reject(new Error(`cannot listen on ${address} port ${port}: ${why}`, { cause: error }))
    })
    server.listen(port, address, () => resolve(server))
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
