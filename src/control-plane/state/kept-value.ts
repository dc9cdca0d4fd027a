// A small value that outlives the process: a JSON file that is replaced as a whole.
import { readFile } from 'node:fs/promises'
import { replaceWhole } from './replace-whole.js'

/** The form of the file. A new form gets a new number; a file of another form is left alone, not misread. */
const FORM = 1

/**
 * What was kept. Undefined where nothing is kept.
 * @param sound whether a value that was read is one; its own word is not enough
 * @throws Error with a sentence where the file is there and is none of ours
 */
export async function readKept<T>(path: string, sound: (value: unknown) => value is T): Promise<T | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new Error(`${path} cannot be read`, { cause: error })
  }
  const kept = parse(text)
  if (kept?.form !== FORM || !sound(kept.value)) throw new Error(`${path} is damaged, or of another release`)
  return kept.value
}

function parse(text: string): { readonly form?: unknown; readonly value?: unknown } | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** On the disk when it resolves; changes that come together are written one after the other. */
export class KeptValue<T> {
  private readonly path: string
  private tail: Promise<void> = Promise.resolve()

  constructor(path: string) {
    this.path = path
  }

  save(value: T): Promise<void> {
    const text = `${JSON.stringify({ form: FORM, value }, null, 1)}\n`
    const saved = this.tail.then(() => replaceWhole(this.path, text))
    this.tail = saved.catch(() => undefined)
    return saved
  }

  /** Resolves when nothing is being written any more, whatever became of it. */
  async settled(): Promise<void> {
    await this.tail
  }
}
