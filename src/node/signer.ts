// What signs for this node with keys whose private halves are elsewhere, and where it is remembered what it has signed.
import { join } from 'node:path'
import { areOutsideSignatures, type OutsideSigner, outsideSigner } from '../control-plane/keys/outside-signer.js'
import { runSigner } from '../control-plane/keys/signer-command.js'
import { dueAt, type SigningTime } from '../control-plane/publish/validity.js'
import { readKept } from '../control-plane/state/kept-value.js'
import { OwnValue } from '../control-plane/state/own-value.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'

/** Undefined where the settings name no command. */
export async function openSigner(
  { stateDirectory, dnssec: { signer } }: Pick<Settings, 'stateDirectory' | 'dnssec'>,
  time: () => SigningTime,
  log: Log,
): Promise<OutsideSigner | undefined> {
  if (signer === undefined) return undefined
  const path = join(stateDirectory, 'outside-signatures.json')
  const latest = (): number => Math.max(time().wall, time().steady)
  return outsideSigner({
    run: runSigner(signer),
    kept: new OwnValue(path, (await readKept(path, areOutsideSignatures)) ?? {}),
    isFresh: expiration => dueAt(expiration) > latest(),
    now: latest,
    onProblem: why =>
      log.error({ why }, `keys elsewhere could not sign; signatures that are still good are served: ${why}`),
  })
}
