// What the program is made of, as a bill of materials in CycloneDX: the packages that it runs with, their versions, licences and checksums.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { productionVersions } from './production.mjs'

/** npm puts a random number, the time and the name of the folder into it; in their place stand such as the content and the commit have. */
export function bill(root, time) {
  const words = ['sbom', '--sbom-format', 'cyclonedx']
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] }
  const made = JSON.parse(execFileSync('npm', words, options))
  // Told to leave out what is for developers, npm leaves out also what both need.
  const kept = productionVersions(root)
  const components = made.components.filter(component => kept.has(component['bom-ref']))
  const refs = new Set([made.metadata.component['bom-ref'], ...components.map(component => component['bom-ref'])])
  const dependencies = made.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(one => refs.has(one)) }))
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    ...made,
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(components))}`,
    metadata: {
      ...made.metadata,
      timestamp: new Date(time * 1000).toISOString(),
      component: { ...made.metadata.component, name },
    },
    components,
    dependencies,
  }
}

function uuidOf(text) {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
