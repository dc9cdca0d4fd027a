// A traffic document read from its file as the server would read it, without serving it.
import { readFile } from 'node:fs/promises'
import { readTraffic } from '../control-plane/traffic/parse.js'
import { WatchedTexts } from '../control-plane/traffic/watched-texts.js'
import { ZoneFiles } from '../control-plane/traffic/zone-files.js'

/** With the files that it names. @throws Error in words where there is no such file */
export async function readDocument(path: string): Promise<ReturnType<typeof readTraffic>> {
  const files = { readZone: new ZoneFiles(path).read, readText: new WatchedTexts(path).read }
  return readTraffic(await readNamed(path), path, { serial: 1, ...files })
}

/** @throws Error in words where there is no such file */
export async function readNamed(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Error(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
