// What a collector does with the times that it has read: they are reported in batches, time and again.
import { type ApiClient, ApiClientError } from './client.js'
import type { ConnectionSample } from './connections.js'
import type { Call } from './verb.js'

/** Samples that are sent at a time; the server takes twice as many. */
const BATCH = 5000

/** @param table the only learned one where it is absent  @returns how many of them the server has taken */
export async function report(
  api: Pick<ApiClient, 'post'>,
  table: string | undefined,
  samples: readonly ConnectionSample[],
): Promise<number> {
  let accepted = 0
  for (let at = 0; at < samples.length; at += BATCH) {
    const batch = { ...(table === undefined ? {} : { table }), samples: samples.slice(at, at + BATCH) }
    accepted += ((await api.post('/v1/latency', batch)) as { accepted: number }).accepted // from a server of this release
  }
  return accepted
}

/**
 * Whatever the server says meanwhile: a collector that ends when a server restarts is no use.
 * @param wait until it is looked again
 * @throws what looking throws that is not of the server, such as that there is no ss
 */
export async function lookOnAndOn(
  look: () => Promise<string>,
  { print, complain }: Pick<Call, 'print' | 'complain'>,
  wait: () => Promise<void>,
): Promise<never> {
  for (;;) {
    try {
      print(await look())
    } catch (error) {
      if (!(error instanceof ApiClientError)) throw error
      complain(error.message)
    }
    await wait()
  }
}
