// The packages that the program needs when it runs, as they are installed here.
import { execFileSync } from 'node:child_process'
import { relative, sep } from 'node:path'

/** The geo data: large, and of a rhythm of its own. */
export const GEO_DATA = '@ip-location-db'

/** Folders relative to the project; without packages within packages, which come with those that they lie in. */
export const productionPackages = root =>
  [...new Set(listed(root).map(({ folder }) => relative(root, folder)))].filter(isOwn).sort()

/** `name@version` of each. */
export const productionVersions = root => new Set(listed(root).map(({ version }) => version))

function listed(root) {
  const words = ['ls', '--omit=dev', '--all', '--parseable', '--long']
  const out = execFileSync('npm', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  // The first is the project itself.
  return out
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.split(':'))
    .map(([folder, version]) => ({ folder, version }))
}

const isOwn = folder => folder.startsWith(`node_modules${sep}`) && folder.split('node_modules').length === 2
