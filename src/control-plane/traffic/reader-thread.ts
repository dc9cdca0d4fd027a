// The thread of readAside: reads one text or one file, hands over what it has read, and is gone.
import { parentPort, workerData } from 'node:worker_threads'
import type { Job, TreeRead, ZoneRead } from './aside.js'
import { packTree } from './packed-tree.js'
import { readYamlTree } from './yaml.js'
import { readZoneFileNow } from './zone-files.js'

const job = workerData as Job // what readAside passes
if (job.kind === 'yaml') parentPort?.postMessage(yamlOf(job))
else parentPort?.postMessage(zoneOf(job))

function yamlOf({ text, file }: Extract<Job, { readonly kind: 'yaml' }>): TreeRead {
  const { root, anchored, problems } = readYamlTree(text, file)
  return problems.length > 0 ? { problems } : { tree: root && packTree(root, text), anchored }
}

function zoneOf({ file, origin }: Extract<Job, { readonly kind: 'zone' }>): ZoneRead {
  const { outcome, ...rest } = readZoneFileNow(file, origin)
  if (outcome instanceof Error) return { ...rest, outcome }
  return { ...rest, outcome: { records: outcome.records.parts(), problems: outcome.problems } }
}
