// The port to where keys are kept: a folder of this node, or what a fleet shares.
import type { Name } from '../../dns/name.js'
import type { StoredKey } from './stored-key.js'

export interface KeyBox {
  /** @throws Error in words where one is there and cannot be read */
  read(origin: Name): Promise<readonly StoredKey[]>
  /**
   * On the disk, or with the fleet, when it resolves.
   * @param firstOnly adds nothing where the zone has keys by then: somebody else may have been faster
   */
  add(origin: Name, keys: readonly StoredKey[], firstOnly?: boolean): Promise<void>
  /** They are keys of the zone no longer. */
  retire(origin: Name, files: readonly string[]): Promise<void>
}
