// What a fleet shares, on the disk of one node: what it serves from when etcd is away, also after a restart. The copy is
// sealed with a key of the node, so that what was damaged, or written by somebody else, is not served.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceWhole } from '../state/replace-whole.js'
import type { Shared } from './replica.js'

/** By key. */
export type Copied = ReadonlyMap<string, Shared>

const FORM = 1
const KEY_BYTES = 32

/** @param savedAt epoch ms */
export function seal(copied: Copied, savedAt: number, key: Uint8Array): string {
  const body = JSON.stringify({ form: FORM, savedAt, entries: Object.fromEntries(copied) })
  return `${macOf(body, key)}\n${body}\n`
}

/** Undefined where the seal is not this key's, or is not of what is there. */
export function unseal(
  text: string,
  key: Uint8Array,
): { readonly copied: Copied; readonly savedAt: number } | undefined {
  const [mac = '', body = ''] = text.split('\n')
  const right = Buffer.from(macOf(body, key))
  const shown = Buffer.from(mac)
  if (shown.length !== right.length || !timingSafeEqual(shown, right)) return undefined
  const { form, savedAt, entries } = JSON.parse(body) // sealed by us, so it is of our form
  return form === FORM ? { copied: new Map(Object.entries(entries)), savedAt } : undefined
}

const macOf = (body: string, key: Uint8Array): string => createHmac('sha256', key).update(body).digest('hex')

export interface SignedCopyOptions {
  readonly folder: string
  readonly onProblem: (sentence: string, error?: unknown) => void
}

export class SignedCopy {
  private readonly path: string
  private readonly key: Uint8Array
  private readonly onProblem: SignedCopyOptions['onProblem']
  private readonly kept = new Map<string, Shared>()
  private tail: Promise<void> = Promise.resolve()
  private waiting = false

  private constructor(path: string, key: Uint8Array, onProblem: SignedCopyOptions['onProblem']) {
    this.path = path
    this.key = key
    this.onProblem = onProblem
  }

  /** @returns with it what was copied before a restart; undefined where nothing was, or nothing that can be believed */
  static async open({ folder, onProblem }: SignedCopyOptions): Promise<{
    readonly copy: SignedCopy
    readonly before: { readonly copied: Copied; readonly savedAt: number } | undefined
  }> {
    const key = await ownKey(join(folder, 'fleet-copy.key'))
    const path = join(folder, 'fleet-copy.json')
    const copy = new SignedCopy(path, key, onProblem)
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') onProblem(`${path} cannot be read`, error)
      return undefined
    })
    const before = text === undefined ? undefined : unseal(text, key)
    if (text !== undefined && before === undefined)
      onProblem(`${path} does not bear the seal of this node, or is damaged: it is not served from`)
    for (const [name, entry] of before?.copied ?? []) copy.kept.set(name, entry)
    return { copy, before }
  }

  /** On the disk soon; what comes meanwhile is written with it. */
  keep(key: string, entry: Shared): void {
    if (this.kept.get(key)?.value === entry.value) return
    this.kept.set(key, entry)
    if (this.waiting) return
    this.waiting = true
    this.tail = this.tail.then(() => this.write())
  }

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    await this.tail
  }

  private async write(): Promise<void> {
    this.waiting = false
    await replaceWhole(this.path, seal(this.kept, Date.now(), this.key)).catch(error => {
      this.onProblem(`${this.path} cannot be written: after a restart without etcd, older data would be served`, error)
    })
  }
}

/** Made at the first start; only this node can read it. */
async function ownKey(path: string): Promise<Uint8Array> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const key = Buffer.from(text.trim(), 'hex')
  if (key.length === KEY_BYTES) return key
  const fresh = randomBytes(KEY_BYTES)
  await replaceWhole(path, `${fresh.toString('hex')}\n`)
  return fresh
}
