// What the data plane has counted, as metrics. Pure.
import { counter, type Metric, type Sample } from './exposition.js'
import type { Counts } from './port.js'

/** Single numbers of the data plane, by their key in Counts.scalars. */
const SCALARS: Readonly<Record<string, readonly [name: string, help: string]>> = {
  dropped: ['queries_dropped_total', 'Packets that got no reply, because they were no query.'],
  truncated: ['responses_truncated_total', 'Responses over UDP that did not fit, and said so (TC).'],
  unlocated: ['clients_unlocated_total', 'Clients whose place is not known; they got the default order.'],
  withSubnet: ['queries_with_client_subnet_total', 'Queries with an EDNS Client Subnet option.'],
  faults: ['faults_total', 'Queries answered with SERVFAIL because of a bug of ours.'],
  threadCrashes: ['thread_crashes_total', 'Threads of the data plane that died, and were replaced.'],
  socketErrors: ['socket_errors_total', 'Errors of DNS sockets.'],
  tcpConnections: ['tcp_connections_total', 'DNS connections over TCP and TLS that were accepted.'],
  limited: [
    'responses_limited_total',
    'DNS responses over UDP that rate limiting held back, or would have in a dry run.',
  ],
  limitedTruncated: [
    'responses_limited_truncated_total',
    'Those of them that were sent truncated, as an invitation to TCP, or with BADCOOKIE.',
  ],
  withCookie: ['queries_with_good_cookie_total', 'Queries with a server cookie that is ours and fresh.'],
  tlsFailed: [
    'tls_handshakes_failed_total',
    'DNS connections over TLS that were closed before their first query could be read.',
  ],
  proxyRefused: [
    'proxy_headers_refused_total',
    'Packets and connections of a proxy that did not begin with a sound PROXY header.',
  ],
  together: [
    'udp_answers_together_total',
    'Answers over UDP that were given to the system together with others to the same socket.',
  ],
  togetherRefused: [
    'udp_together_refused_total',
    'Messages of several answers that the system would not take, so that each was sent by itself.',
  ],
  tcpSlow: [
    'tcp_slow_total',
    'DNS connections over TCP and TLS that were closed, because too many answers waited for their clients.',
  ],
  tcpRefused: ['tcp_refused_total', 'DNS connections over TCP and TLS that were refused, because there were too many.'],
}

export function trafficMetrics({ queries, responses, regions, rungs, office, scalars }: Counts): readonly Metric[] {
  return [
    counter('dns_queries_total', 'Queries, by transport and type.', tally(queries)),
    counter(
      'dns_responses_total',
      'Responses, by zone and rcode; no zone means a name in none of ours.',
      tally(responses),
    ),
    counter('region_answers_total', 'Answers that sent a client to the region.', tally(regions)),
    counter(
      'ladder_answers_total',
      'Answers for which no candidate was up, by the rung of the ladder that gave them.',
      tally(rungs),
    ),
    counter(
      'office_requests_total',
      'Transfers, updates, notifications and signed queries, by what came of them.',
      tally(office),
    ),
    ...Object.entries(SCALARS).map(([key, [name, help]]) => counter(name, help, [{ value: scalars[key] ?? 0 }])),
  ]
}

/** What is not the count is a label. */
const tally = (rows: readonly { readonly count: number }[]): readonly Sample[] =>
  rows.map(({ count, ...rest }) => ({
    labels: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
    value: count,
  }))
