// What a run ran on, in one line: no figure means anything without it.
import { availableParallelism, cpus, loadavg, release } from 'node:os'

export function machineLine() {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const load = loadavg()[0].toFixed(1)
  return `${model}, ${availableParallelism()} cores, ${process.platform} ${release()}, Node ${process.versions.node}; load before the run ${load}`
}
