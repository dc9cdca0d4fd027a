// Whether a file is what it was when it was looked at, without reading all of it again.
import { statSync } from 'node:fs'

/** The same twice where nobody has written to a file in between. @throws the system's error */
export function stateOf(path: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
}
