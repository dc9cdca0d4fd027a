// meridian dnssec import and export: keys of a zone in the files of BIND, into the state directory of a node and out of it. Private keys
// go over no network; whoever may read the directory may do this.
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SignedCopy } from '../control-plane/fleet/signed-copy.js'
import { readBroughtKey } from '../control-plane/keys/brought-keys.js'
import { areKeptKeys } from '../control-plane/keys/fleet-keys.js'
import { keyFiles, writeKey } from '../control-plane/keys/key-files.js'
import { openKey } from '../control-plane/keys/sealed-key.js'
import { rolesOf } from '../control-plane/keys/staged-keys.js'
import { makeKey, type StoredKey } from '../control-plane/keys/stored-key.js'
import { formatName, type Name, NameError, parseName } from '../dns/name.js'
import { TYPE } from '../dns/numbers.js'
import { formatRdata } from '../dns/rdata.js'
import { parseSecrets } from '../node/secret-file.js'
import { KEY_SECRETS } from '../node/zone-keys.js'
import { type Call, EXIT, type Exit, UsageError } from './verb.js'

export async function importKeys(zone: string, paths: readonly string[], call: Call): Promise<Exit> {
  if (paths.length === 0) throw new UsageError('import which files?')
  const origin = originOf(zone)
  const box = keyFiles(folderOf(call), Date.now)
  return inWords(call, async () => {
    const keys: StoredKey[] = []
    for (const path of paths) {
      const key = await readBroughtKey(origin, path)
      // Either half of one may have been named.
      if (keys.every(({ file }) => file !== key.file)) keys.push(key)
    }
    if ((await box.read(origin)).length > 0)
      throw new Error(`${formatName(origin)} has keys already: exchange them by meridian dnssec roll`)
    // What is elsewhere signs keys only.
    if (keys.every(({ label }) => label !== undefined))
      keys.push(await makeKey(origin, 'ZSK', keys[0]!.algorithm, keys)) // a path was given
    await box.add(origin, keys, true)
    return keys
  })
}

/** What a server is told of a key elsewhere. @throws UsageError where there is no such key in the files */
export async function elsewhereIn(
  zone: string,
  path: string,
): Promise<{ readonly dnskey: string; readonly label: string }> {
  const origin = originOf(zone)
  const { dnskey, label, file } = await readBroughtKey(origin, path).catch((error: Error) => {
    throw new UsageError(error.message)
  })
  // Private keys go over no network.
  if (label === undefined)
    throw new UsageError(
      `${file} has its private half in the file: only a key that is elsewhere, with a label, is named so`,
    )
  return { dnskey: `${formatName(origin)} IN DNSKEY ${formatRdata(TYPE.DNSKEY, dnskey)}`, label }
}

export async function exportKeys(zone: string, to: string | undefined, call: Call): Promise<Exit> {
  if (to === undefined) throw new UsageError('export into which folder?')
  const origin = originOf(zone)
  const secrets = call.text('secret-file')
  return inWords(call, async () => {
    const keys =
      secrets === undefined
        ? await keyFiles(folderOf(call), Date.now).read(origin)
        : await keysOfFleet(origin, stateOf(call), secrets)
    if (keys.length === 0) throw new Error(`there are no keys of ${formatName(origin)} in ${folderOf(call)}`)
    for (const { file } of keys)
      for (const ending of ['key', 'private']) await refuseThere(join(to, `${file}.${ending}`))
    for (const key of keys) await writeKey(origin, to, key, Math.floor(Date.now() / 1000))
    return keys
  })
}

/** As the node had them last, whether etcd is there or not. */
async function keysOfFleet(origin: Name, state: string, secretFile: string): Promise<readonly StoredKey[]> {
  const secrets = parseSecrets(await readFile(secretFile, 'utf8'), KEY_SECRETS)
  const { before } = await SignedCopy.open({
    folder: state,
    onProblem(sentence) {
      throw new Error(sentence)
    },
  })
  const zone = formatName(origin).toLowerCase()
  const kept: unknown = JSON.parse(before?.copied.get(`zone-keys/${zone}`)?.value ?? 'null')
  if (!areKeptKeys(kept)) throw new Error(`the fleet has no keys of ${zone}, as ${state} knows it`)
  return kept.keys.map(key => openKey(origin, key, secrets))
}

/** Tells of the keys that it was about. */
async function inWords(call: Call, work: () => Promise<readonly StoredKey[]>): Promise<Exit> {
  try {
    const keys = await work()
    const roles = rolesOf(keys)
    const rows = keys.map(({ file, keyTag, algorithm }) => ({ role: roles.get(file)!, keyTag, algorithm, file })) // each has one
    if (call.flag('json')) call.print(JSON.stringify(rows, null, 2))
    else for (const { role, file } of rows) call.print(`${role} ${file}`)
    return EXIT.done
  } catch (error) {
    if (!(error instanceof Error)) throw error
    call.complain(error.message)
    return EXIT.failed
  }
}

async function refuseThere(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (isThere) throw new Error(`${path} is there already`)
}

const stateOf = (call: Call): string => call.text('state') ?? process.env['MERIDIAN_STATE_DIR'] ?? 'state'

const folderOf = (call: Call): string => join(stateOf(call), 'keys')

function originOf(zone: string): Name {
  try {
    return parseName(zone)
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(error.message)
    throw error
  }
}
