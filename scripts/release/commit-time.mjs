// When what is released was committed: the time that everything in it has, so that building it again makes the same bytes.
import { execFileSync } from 'node:child_process'

/** Seconds since 1970: SOURCE_DATE_EPOCH where that is set (reproducible-builds.org), else the time of the commit. */
export function commitTime(root) {
  const told = process.env.SOURCE_DATE_EPOCH
  if (told !== undefined && /^\d+$/.test(told)) return Number(told)
  const out = execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' })
  return Number(out.trim())
}
