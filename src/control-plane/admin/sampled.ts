// The samples of a node, or the problem that says why there are none.
import type { AdminPort, SamplesPort } from './port.js'
import { ApiProblem } from './problems.js'

/** @throws ApiProblem */
export function samplesOf({ samples }: AdminPort): SamplesPort {
  if (samples === undefined)
    throw new ApiProblem('not-sampled', 'the settings of this node say "samples: none", so nothing is known of queries')
  return samples
}
