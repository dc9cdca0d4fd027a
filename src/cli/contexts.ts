// Servers by name, and how the token of each is come by: a file of its owner's, below the folder of settings (XDG).
import { mkdir, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { replaceWhole } from '../control-plane/state/replace-whole.js'
import { isMap } from '../control-plane/traffic/edit-value.js'

/** Where a token is: in a file, on the standard output of a command, or here. */
export type TokenSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'kept'; readonly token: string }

export interface Context {
  /** The address of the API. */
  readonly server: string
  readonly token: TokenSource
}

export interface Contexts {
  /** The one that verbs talk to unless told. */
  readonly current?: string
  readonly contexts: Readonly<Record<string, Context>>
}

const NONE: Contexts = { contexts: {} }

/** Of contexts: what needs no quotes in any shell. */
export const isContextName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)

/** XDG Base Directory Specification: a path that is not absolute is not to be used. */
export function contextsFile(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CONFIG_HOME: told = '', HOME: home = homedir() } = environment
  return join(told.startsWith('/') ? told : join(home, '.config'), 'meridian', 'contexts.json')
}

/** @throws Error with a sentence where the file is none of ours, or can be read by others */
export async function readContexts(path: string): Promise<Contexts> {
  let text: string
  try {
    const { mode } = await stat(path)
    // It may hold tokens. Whoever could read them may have done so already, and the owner should know.
    if ((mode & 0o077) !== 0) throw new Error(`${path} can be read by others: chmod 600 ${path}`)
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return NONE
    throw error
  }
  const read = parsed(text)
  if (!isContexts(read)) throw new Error(`${path} is damaged; mend it, or take it away`)
  return read
}

/** Its owner alone can read it. Rejects with the system's error. */
export async function writeContexts(path: string, contexts: Contexts): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await replaceWhole(path, `${JSON.stringify(contexts, null, 2)}\n`)
}

/** @throws Error that says which there are */
export function contextNamed({ contexts }: Contexts, name: string): Context {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined
  if (found !== undefined) return found
  const known = Object.keys(contexts)
  throw new Error(`no context is named "${name}"; there ${known.length === 0 ? 'is none' : `are ${known.join(', ')}`}`)
}

/** The current one goes with its context. */
export function withoutContext({ current, contexts }: Contexts, name: string): Contexts {
  const left = Object.fromEntries(Object.entries(contexts).filter(([key]) => key !== name))
  return { ...(current === undefined || current === name ? {} : { current }), contexts: left }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isContexts = (value: unknown): value is Contexts =>
  isMap(value) &&
  (value['current'] === undefined || typeof value['current'] === 'string') &&
  isMap(value['contexts']) &&
  Object.values(value['contexts']).every(isContext)

const isContext = (value: unknown): value is Context =>
  isMap(value) && typeof value['server'] === 'string' && isSource(value['token'])

/** What each kind of source has beside its kind. */
const HAS: Readonly<Record<string, string>> = { file: 'path', command: 'command', kept: 'token' }

const isSource = (value: unknown): value is TokenSource => {
  if (!isMap(value) || !Object.hasOwn(HAS, String(value['kind']))) return false
  return typeof value[HAS[String(value['kind'])]!] === 'string'
}
