// Where the keys of zones are kept: in a folder of this node, or, sealed with secrets of a file, in what its fleet shares.
import { join } from 'node:path'
import { areKeptKeys, fleetKeys, NO_KEPT_KEYS } from '../control-plane/keys/fleet-keys.js'
import type { KeyBox } from '../control-plane/keys/key-box.js'
import { keyFiles } from '../control-plane/keys/key-files.js'
import { StoreAway } from '../control-plane/state/store-away.js'
import { formatName, type Name } from '../dns/name.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import type { Fleet } from './fleet.js'
import { openSecretFile, type SecretForm } from './secret-file.js'

export const KEY_SECRETS: SecretForm = {
  digits: 64,
  most: 4,
  of: 'keys of zones',
  changed: secrets => `keys are sealed with its first secret, and opened with all ${secrets}`,
}

export interface ZoneKeyBox {
  readonly box: KeyBox
  /** Whether other nodes have keys of their own, which what is made here would not be among. */
  readonly isEachOnesOwn: () => boolean
  /** Gives the fleet what it has not of this node, and seals with the newest secret what is not yet, where it can be reached. */
  tend(): Promise<void>
  /** `changed` is called when there are other secrets. Returns what ends it. */
  watch(changed: () => void): () => void
}

/**
 * @param onChange of the keys of a zone, by whichever node
 * @throws Error naming the file of secrets
 */
export async function openZoneKeys(
  { stateDirectory, dnssec: { secretFile } }: Pick<Settings, 'stateDirectory' | 'dnssec'>,
  fleet: Pick<Fleet, 'value'> | undefined,
  log: Log,
  onChange: (origin: Name) => void,
): Promise<ZoneKeyBox> {
  const own = keyFiles(join(stateDirectory, 'keys'), Date.now)
  if (fleet === undefined)
    return { box: own, isEachOnesOwn: () => false, tend: async () => undefined, watch: () => () => undefined }
  const secrets = secretFile === undefined ? undefined : await openSecretFile(secretFile, KEY_SECRETS, log)
  const box = fleetKeys({
    value: zone => fleet.value(`zone-keys/${zone}`, NO_KEPT_KEYS, areKeptKeys),
    secrets: () => secrets?.current() ?? [],
    own,
    now: Date.now,
    onChange,
  })
  return {
    box,
    isEachOnesOwn: () => secrets === undefined,
    async tend() {
      try {
        for (const origin of await box.bring())
          log.info(`the fleet has the keys of ${formatName(origin)} from this node`)
        await box.reseal()
      } catch (err) {
        // Others do it meanwhile, or it is done when etcd is back.
        if (!(err instanceof StoreAway))
          log.error({ err }, 'the keys of zones could not be given to the fleet, or sealed')
      }
    },
    watch: changed => secrets?.watch(changed) ?? (() => undefined),
  }
}
