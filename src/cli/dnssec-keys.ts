// meridian dnssec import and export: keys of a zone in the files of BIND, into the state directory of a node and out of it. Private keys
// go over no network; whoever may read the directory may do this.
import { access, chmod, copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readBroughtKey } from '../control-plane/keys/brought-keys.js'
import { keyFiles } from '../control-plane/keys/key-files.js'
import { rolesOf } from '../control-plane/keys/staged-keys.js'
import type { StoredKey } from '../control-plane/keys/stored-key.js'
import { formatName, type Name, NameError, parseName } from '../dns/name.js'
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
    await box.add(origin, keys, true)
    return keys
  })
}

export async function exportKeys(zone: string, to: string | undefined, call: Call): Promise<Exit> {
  if (to === undefined) throw new UsageError('export into which folder?')
  const origin = originOf(zone)
  const folder = folderOf(call)
  return inWords(call, async () => {
    const keys = await keyFiles(folder, Date.now).read(origin)
    if (keys.length === 0) throw new Error(`there are no keys of ${formatName(origin)} in ${folder}`)
    const files = keys.flatMap(({ file }) => [`${file}.key`, `${file}.private`])
    for (const file of files) await refuseThere(join(to, file))
    for (const file of files) {
      await copyFile(join(folder, file), join(to, file))
      await chmod(join(to, file), 0o600)
    }
    return keys
  })
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

const folderOf = (call: Call): string =>
  join(call.text('state') ?? process.env['MERIDIAN_STATE_DIR'] ?? 'state', 'keys')

function originOf(zone: string): Name {
  try {
    return parseName(zone)
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(error.message)
    throw error
  }
}
