// Where a gRPC channel leads to: one literal address, from an address of this node. It is grpc-js that opens the connection, with
// what its resolver tells it as the options of `net.connect`; its own resolvers can tell neither a source nor a signal.
import { experimental } from '@grpc/grpc-js'

/** The options carry the place that a connection leads to, as `net.connect` takes it, to the resolver. */
export const PLACE = 'meridian.place'

/** Resolves to the one address that is probed. */
class PlaceResolver implements experimental.Resolver {
  readonly #tell: () => void
  #told = false

  constructor(_: unknown, listener: experimental.ResolverListener, options: Readonly<Record<string, unknown>>) {
    const place = options[PLACE] as experimental.SubchannelAddress // put there by whoever calls
    this.#tell = () => listener(experimental.statusOrFromValue([{ addresses: [place] }]), {}, null, '')
  }

  /** It is asked again whenever a connection has failed: who answered then would be asked for ever. */
  updateResolution(): void {
    if (!this.#told) process.nextTick(this.#tell)
    this.#told = true
  }

  destroy(): void {
    this.#told = false
  }

  static getDefaultAuthority(): string {
    return 'place'
  }
}
experimental.registerResolver('place', PlaceResolver)

/** The target of a channel that leads there. */
export const TARGET = 'place:told'
