// The tokens that a node lets in.
import { join } from 'node:path'
import { Tokens } from '../control-plane/admin/tokens.js'
import type { Log } from '../log.js'
import type { Fleet } from './fleet.js'
import { openOwn } from './own.js'

/** A file that cannot be read lets nobody in, but for the node's own token. */
export async function openTokens(stateDirectory: string, fleet: Fleet | undefined, log: Log): Promise<Tokens> {
  const kept =
    fleet?.value('tokens', Tokens.NONE, Tokens.isKept) ??
    (await openOwn(join(stateDirectory, 'tokens.json'), Tokens.NONE, Tokens.isKept, (path, err) =>
      log.error({ err }, `${path} cannot be used: only the admin token is good`),
    ))
  return new Tokens(kept)
}
