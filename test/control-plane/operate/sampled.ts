// Sampled queries for tests: what is not said is of an ordinary one.
import type { SampledQuery } from '../../../src/control-plane/operate/sampled.js'
import { parsePrefix } from '../../../src/dns/address.js'

export function sampled({
  client = '133.11.2.0/24',
  ...own
}: Partial<Omit<SampledQuery, 'client'>> & { client?: string } = {}): SampledQuery {
  return {
    at: 0,
    weight: 1,
    transport: 'udp',
    name: 'api.example.com.',
    type: 'A',
    bySubnet: true,
    zone: 'example.com.',
    rcode: 'NOERROR',
    reason: 'steered',
    region: 'us-east',
    rung: 'healthy',
    scope: 16,
    bytes: 75,
    ...own,
    client: parsePrefix(client)!, // a test writes a sound one
  }
}
