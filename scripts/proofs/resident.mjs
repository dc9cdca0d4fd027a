// Resident memory of a process as the kernel tells it (man 5 proc, status).
import { readFileSync } from 'node:fs'

/** MB, to a tenth. */
export function residentMb(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kilobytes) / 102.4) / 10
}
