// What `meridian serve --zone ORIGIN=FILE` serves: the zones that it names, and nothing that they do not say.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NamedZone, openZoneStore } from '../control-plane/traffic/zone-store.js'
import type { Sources } from '../node/node.js'
import { UsageError } from './verb.js'

/** `ORIGIN=FILE`, each of them. @throws UsageError */
export function readZoneOptions(texts: readonly string[]): readonly NamedZone[] {
  return texts.map(text => {
    const at = text.indexOf('=')
    if (at < 1 || at === text.length - 1)
      throw new UsageError(`--zone ${text}: the name of a zone, "=" and a file are expected`)
    return { origin: text.slice(0, at), file: text.slice(at + 1) }
  })
}

/** Zone files have no regions, so nobody has to be located. @throws TrafficRefused where one of them is not sound */
export const zoneSources = (zones: readonly NamedZone[]): Sources => ({ store: openZoneStore(zones), databases: [] })

/** Runs `use` with a folder for what a node writes down, which is gone afterwards. */
export async function withTemporaryState<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-state-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
