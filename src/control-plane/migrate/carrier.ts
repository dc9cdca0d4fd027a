// Records that only one other system knows, on their way through the reader of zone files: as one of a type of their own.
import type { TableRecord } from '../../dns/record-table.js'

/** For private use (RFC 6895 §3.1), and in no file of theirs. */
const CARRIER = 65400

/** Type and data as a zone file has them (RFC 3597). */
export function carry(said: unknown): string {
  const data = Buffer.from(JSON.stringify(said))
  return `TYPE${CARRIER} \\# ${data.length} ${data.toString('hex')}`
}

/** What was carried; undefined where it is another record. */
export const carriedBy = ({ type, rdata }: TableRecord): unknown =>
  type === CARRIER ? (JSON.parse(Buffer.from(rdata).toString()) as unknown) : undefined
