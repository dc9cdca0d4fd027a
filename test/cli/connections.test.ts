import { expect, test } from 'vitest'
import { samplesOf } from '../../src/cli/connections.js'

// As iproute2 6.1 writes it with -tinH, and with -tin, which has a heading.
const OUTPUT = `Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
0      0      192.0.2.1:443      203.0.113.7:51234
\t cubic wscale:7,7 rto:204 rtt:12.5/6.25 ato:40 mss:1448 cwnd:10
0      0      192.0.2.1:443      203.0.113.7:51235 users:(("nginx",pid=7,fd=3))
\t cubic wscale:7,7 rto:204 rtt:13.5/0.5 minrtt:0.013 mss:1448
0      0      [::ffff:192.0.2.1]:443      [::ffff:198.51.100.9]:40000
\t cubic rto:204 rtt:80/2 mss:1448
0      0      [2001:db8::1]:443      [2001:db8:7::9]:40000
\t cubic rto:204 rtt:30.25/2 mss:1448
0      0      192.0.2.1:22      203.0.113.9:51236
\t cubic rto:204 rtt:1/2 mss:1448
0      0      127.0.0.1:443      127.0.0.1:51237
\t cubic rto:204 rtt:0.02/0.01 mss:1448
0      0      192.0.2.1:443      203.0.113.10:51238
\t cubic rto:1000 mss:1448
`

test('the connections on the port give one sample a client, those of this machine and those without a time none', () => {
  expect(samplesOf(OUTPUT, 443, 'eu')).toEqual([
    { client: '203.0.113.7', region: 'eu', rttMs: 13, samples: 2 },
    { client: '198.51.100.9', region: 'eu', rttMs: 80, samples: 1 },
    { client: '2001:db8:7::9', region: 'eu', rttMs: 30.25, samples: 1 },
  ])
})

test.each(['', 'nonsense', '0 0 a:443 b:c\n rtt:1/2', '\t rtt:5/1\n'])('%j gives no samples', output => {
  expect(samplesOf(output, 443, 'eu')).toEqual([])
})
