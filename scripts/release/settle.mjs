// Rights and times that do not depend on who builds, and when.
import { chmodSync, lutimesSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The program, and what dpkg runs. */
const EXECUTABLE = /\/(?:dist\/main\.js|DEBIAN\/p[^/]*)$/

/** Of all that is in `folder`, and of itself; `time` in seconds since 1970. */
export function settle(folder, time) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const inner = join(folder, entry.name)
    if (entry.isDirectory()) settle(inner, time)
    else if (entry.isFile()) chmodSync(inner, EXECUTABLE.test(inner) ? 0o755 : 0o644)
    lutimesSync(inner, time, time)
  }
  chmodSync(folder, 0o755)
  lutimesSync(folder, time, time)
}
