// The schema of the document, which is a file of the page: read once, when somebody first writes.
import { signal } from '@preact/signals'
import schemaUrl from '../../config/traffic.schema.json?url'
import type { Schema } from './completion.js'

export const schema = signal<Schema | undefined>(undefined)
let asked = false

export async function readSchema(): Promise<void> {
  if (asked) return
  asked = true
  try {
    const response = await fetch(schemaUrl)
    schema.value = (await response.json()) as Schema // our own file
  } catch {
    // Whoever writes next asks again.
    asked = false
  }
}
