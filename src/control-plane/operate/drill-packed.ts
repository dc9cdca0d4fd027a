// A drill as a fleet keeps it: what was counted of it is long and says the same again and again, so that it is packed. Pure.
import { gunzipSync, gzipSync } from 'node:zlib'
import type { DrillRecord } from './drill-record.js'

/** The form of the text. A new form gets a new number. */
const FORM = 1

export const packRecord = (record: DrillRecord): string =>
  JSON.stringify({ form: FORM, packed: gzipSync(JSON.stringify(record)).toString('base64') })

/** What somebody has packed; undefined where it is nothing of the kind. */
export function unpackRecord(text: string): unknown {
  try {
    const { form, packed } = JSON.parse(text)
    return form === FORM ? JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()) : undefined
  } catch {
    return undefined
  }
}
